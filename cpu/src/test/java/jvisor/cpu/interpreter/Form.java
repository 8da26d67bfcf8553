package jvisor.cpu.interpreter;

import jvisor.cpu.translator.Translator;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.platform.GuestMemory;

/** How instructions are run. */
enum Form {
  /** Each through its semantic. */
  SEMANTICS,
  /** With ops of their own for frequent ones. */
  FAST_FORMS,
  /** As native code, all that can be. */
  TRANSLATED;

  /** Code of this form; translations are verified. */
  CodeCache cache(GuestMemory memory, TranslatorOptions options) {
    return this == TRANSLATED
        ? new CodeCache(memory, new Translator(options.verifying(true)))
        : new CodeCache(memory);
  }
}
