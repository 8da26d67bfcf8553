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

  CodeCache cache(GuestMemory memory) {
    return this == TRANSLATED
        ? new CodeCache(memory, new Translator(TranslatorOptions.always().verifying(true)))
        : new CodeCache(memory);
  }
}
