package jvisor.cpu.oracle;

import java.util.Arrays;
import java.util.List;
import jvisor.cpu.alone.NoInterrupts;
import jvisor.cpu.interpreter.CodeCache;
import jvisor.cpu.interpreter.Interpreter;
import jvisor.cpu.translator.Translator;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.platform.GuestMemory;

/**
 * The engines that cases run on. A new one is named and made here; {@code
 * -Doracle.engines=NAME,NAME} picks some of them, and {@code -Doracle.translator=} changes how
 * translations are made, in the words of {@link TranslatorOptions#with(String)}.
 */
enum EngineKind {
  /** The interpreter with every instruction through its semantic. */
  SEMANTICS,

  /** The interpreter as guests get it. */
  INTERPRETER,

  /** The interpreter, and all that can be as native code. */
  TRANSLATOR;

  /** Where the engine keeps its blocks; whoever asks for it closes it. */
  CodeCache cache(GuestMemory memory) {
    return this == TRANSLATOR
        ? new CodeCache(memory, new Translator(options()))
        : new CodeCache(memory);
  }

  private static TranslatorOptions options() {
    String words = System.getProperty("oracle.translator", "");
    return words.isEmpty() ? TranslatorOptions.always() : TranslatorOptions.always().with(words);
  }

  /** Makes the engine of a processor. */
  Interpreter create(Vcpu c, SemanticTable semantics, CodeCache cache) {
    boolean fastForms = this != SEMANTICS;
    return new Interpreter(c, semantics, new NoInterrupts(), (rip, bytes) -> {}, fastForms, cache);
  }

  /** The engines to be tested. */
  static List<EngineKind> chosen() {
    String names = System.getProperty("oracle.engines", "");
    return names.isEmpty()
        ? List.of(SEMANTICS, INTERPRETER)
        : Arrays.stream(names.split(",")).map(EngineKind::valueOf).toList();
  }
}
