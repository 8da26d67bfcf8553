package jvisor.cpu.translator;

import java.util.Locale;
import java.util.Set;
import jvisor.host.CodeMemory;

/**
 * How a {@link Translator} works: what can be set to find out which part of it is to blame, and to
 * measure.
 *
 * @param threshold entries of a block before it is translated, 0–{@link #MOST_ENTRIES}; with {@link
 *     #ALWAYS} every block is translated at once, also those that the interpreter would run as fast
 * @param codeSize bytes of memory for emitted code, a multiple of {@link CodeMemory#PAGE} between
 *     {@link #SMALLEST} and {@link CodeMemory#MAXIMUM}; when it is full, all translations are
 *     forgotten
 * @param verify whether the {@link Verifier} looks at each translation before it is entered
 * @param counting whether emitted code counts how often each block is entered
 * @param without what translations do without
 */
public record TranslatorOptions(
    int threshold, long codeSize, boolean verify, boolean counting, Set<Optimisation> without) {
  /** The threshold that translates everything. */
  public static final int ALWAYS = 0;

  /** The highest threshold. */
  public static final int MOST_ENTRIES = 1_000_000_000;

  /** The least memory for code: stubs and a few blocks. */
  public static final long SMALLEST = 3L * CodeWriter.ROOM;

  /** What users get. */
  public static final TranslatorOptions USUAL =
      new TranslatorOptions(24, 64L << 20, false, false, Set.of());

  /** What can be read is {@link #with(String)}; it names what is wrong as people write it. */
  public TranslatorOptions {
    if (threshold < 0 || threshold > MOST_ENTRIES) {
      throw new IllegalArgumentException(
          "threshold=%d: a number from 0 to %d".formatted(threshold, MOST_ENTRIES));
    }
    if (codeSize < SMALLEST || codeSize > CodeMemory.MAXIMUM || codeSize % CodeMemory.PAGE != 0) {
      throw new IllegalArgumentException("a size for code: " + codeSize);
    }
    without = Set.copyOf(without);
  }

  /** Every block is translated before it runs for the first time. */
  public static TranslatorOptions always() {
    return USUAL.withThreshold(ALWAYS);
  }

  /** These with another threshold. */
  public TranslatorOptions withThreshold(int entries) {
    return new TranslatorOptions(entries, codeSize, verify, counting, without);
  }

  /** These with another size. */
  public TranslatorOptions withCodeSize(long size) {
    return new TranslatorOptions(threshold, size, verify, counting, without);
  }

  /** These with the verifier on or off. */
  public TranslatorOptions verifying(boolean on) {
    return new TranslatorOptions(threshold, codeSize, on, counting, without);
  }

  /** These with or without counting. */
  public TranslatorOptions counting(boolean on) {
    return new TranslatorOptions(threshold, codeSize, verify, on, without);
  }

  /** These without some optimisations, and with all others. */
  public TranslatorOptions without(Set<Optimisation> some) {
    return new TranslatorOptions(threshold, codeSize, verify, counting, some);
  }

  /** What is on. */
  Switches switches() {
    return new Switches(without);
  }

  /**
   * Changes that a person has written: words by commas, each {@code name=value}, on top of these.
   * Switches are {@code on} or {@code off}.
   *
   * @throws IllegalArgumentException with a message for that person
   */
  public TranslatorOptions with(String text) {
    TranslatorOptions options = this;
    for (String word : text.split(",", -1)) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("'" + word + "' is not NAME=VALUE");
      }
      options = options.with(word.substring(0, equals), word.substring(equals + 1));
    }
    return options;
  }

  private TranslatorOptions with(String name, String value) {
    return switch (name) {
      case "threshold" -> withThreshold(number(name, value));
      case "verify" -> verifying(isOn(name, value));
      case "counting" -> counting(isOn(name, value));
      case "without" -> without(Optimisation.read(value));
      default ->
          throw new IllegalArgumentException(
              "'" + name + "' is none of threshold, verify, counting, without");
    };
  }

  private static int number(String name, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s=%s: a number from 0 to %d".formatted(name, value, MOST_ENTRIES), e);
    }
  }

  private static boolean isOn(String name, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "on" -> true;
      case "off" -> false;
      default -> throw new IllegalArgumentException(name + "=" + value + ": on or off");
    };
  }
}
