package jvisor.machine.vm;

import java.util.function.Supplier;
import jvisor.cpu.interpreter.CodeCache;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.interpreter.Interpreter;
import jvisor.cpu.interpreter.UnknownCode;
import jvisor.cpu.translator.TranslationListener;
import jvisor.cpu.translator.Translator;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.cpu.vcpu.InterruptUnit;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.platform.GuestMemory;

/** Makes the engines of a machine, one for each processor. */
@FunctionalInterface
public interface EngineMaker {
  /**
   * Makes the engine of {@code c}.
   *
   * @param interrupts where its interrupts come from
   * @param unknown told of bytes that are no instruction
   * @param code the blocks that all processors of the machine share
   */
  Interpreter make(Vcpu c, InterruptUnit interrupts, UnknownCode unknown, CodeCache code);

  /** The blocks that all processors of a machine share; the machine closes it. */
  default CodeCache cache(GuestMemory memory) {
    return new CodeCache(memory);
  }

  /** What the engines are called. */
  default String name() {
    return "interpreter";
  }

  /** The interpreter; with {@code fastForms} for frequent instructions, or always by semantics. */
  static EngineMaker interpreter(boolean fastForms) {
    return interpreter(InstructionSet.semantics(), fastForms);
  }

  /** The interpreter of these semantics. */
  static EngineMaker interpreter(SemanticTable semantics, boolean fastForms) {
    return (c, interrupts, unknown, code) ->
        new Interpreter(c, semantics, interrupts, unknown, fastForms, code);
  }

  /**
   * The interpreter, and native code for hot blocks. Needs a host of which {@link
   * Translator#isSupported} holds.
   *
   * @param listener told of all translations
   */
  static EngineMaker translator(TranslatorOptions options, TranslationListener listener) {
    return tiered(() -> new Translator(options, listener));
  }

  /** The interpreter, and for hot blocks what {@code tiers} makes: one for each machine. */
  static EngineMaker tiered(Supplier<HotTier> tiers) {
    EngineMaker interpreter = interpreter(true);
    return new EngineMaker() {
      @Override
      public Interpreter make(
          Vcpu c, InterruptUnit interrupts, UnknownCode unknown, CodeCache code) {
        return interpreter.make(c, interrupts, unknown, code);
      }

      @Override
      public String name() {
        return "translator";
      }

      @Override
      public CodeCache cache(GuestMemory memory) {
        return new CodeCache(memory, tiers.get());
      }
    };
  }
}
