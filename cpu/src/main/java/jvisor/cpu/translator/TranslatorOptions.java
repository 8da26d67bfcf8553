package jvisor.cpu.translator;

import jvisor.host.CodeMemory;

/**
 * How a {@link Translator} works.
 *
 * @param codeSize bytes of memory for emitted code, a multiple of {@link CodeMemory#PAGE} between
 *     {@link #SMALLEST} and {@link CodeMemory#MAXIMUM}; when it is full, all translations are
 *     forgotten
 * @param verify whether the {@link Verifier} looks at each translation before it is entered
 */
public record TranslatorOptions(long codeSize, boolean verify) {
  /** The least memory for code: stubs and a few blocks. */
  public static final long SMALLEST = 3L * Translator.ROOM;

  /** What users get. */
  public static final TranslatorOptions USUAL = new TranslatorOptions(64L << 20, false);

  /** Checks the size. */
  public TranslatorOptions {
    if (codeSize < SMALLEST) {
      throw new IllegalArgumentException("a size for code: " + codeSize);
    }
  }

  /** These with another size. */
  public TranslatorOptions withCodeSize(long size) {
    return new TranslatorOptions(size, verify);
  }

  /** These with the verifier on or off. */
  public TranslatorOptions verifying(boolean on) {
    return new TranslatorOptions(codeSize, on);
  }
}
