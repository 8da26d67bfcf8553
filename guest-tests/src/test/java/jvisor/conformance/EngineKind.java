package jvisor.conformance;

import jvisor.cpu.interpreter.CodeCache;
import jvisor.cpu.interpreter.Exit;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.interpreter.Interpreter;
import jvisor.cpu.translator.Translator;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.cpu.vcpu.InterruptUnit;
import jvisor.cpu.vcpu.Vcpu;

/**
 * The engines that these guests run on: a new one is named here, and {@link #chosen} is the one
 * place where it is picked ({@code -Djvisor.conformance.engine=NAME}).
 */
enum EngineKind {
  /** The interpreter as guests get it. */
  INTERPRETER {
    @Override
    Engine create(Vcpu vcpu, InterruptUnit interrupts) {
      return interpreter(vcpu, interrupts, true);
    }
  },

  /** The interpreter with every instruction through its semantic. */
  SEMANTICS {
    @Override
    Engine create(Vcpu vcpu, InterruptUnit interrupts) {
      return interpreter(vcpu, interrupts, false);
    }
  },

  /** The interpreter, and all that can be as native code. */
  TRANSLATOR {
    @Override
    Engine create(Vcpu vcpu, InterruptUnit interrupts) {
      CodeCache code =
          new CodeCache(
              vcpu.mmu.memory(), new Translator(TranslatorOptions.always().verifying(true)));
      return engine(
          new Interpreter(
              vcpu, InstructionSet.semantics(), interrupts, (rip, bytes) -> {}, true, code),
          code);
    }
  };

  /** What runs a processor. */
  interface Engine extends AutoCloseable {
    /** Runs at most {@code budget} instructions. */
    Exit run(long budget);

    @Override
    void close();
  }

  abstract Engine create(Vcpu vcpu, InterruptUnit interrupts);

  static EngineKind chosen() {
    return valueOf(System.getProperty("jvisor.conformance.engine", INTERPRETER.name()));
  }

  private static Engine interpreter(Vcpu vcpu, InterruptUnit interrupts, boolean fastForms) {
    CodeCache code = new CodeCache(vcpu.mmu.memory());
    return engine(
        new Interpreter(
            vcpu, InstructionSet.semantics(), interrupts, (rip, bytes) -> {}, fastForms, code),
        code);
  }

  private static Engine engine(Interpreter interpreter, CodeCache code) {
    return new Engine() {
      @Override
      public Exit run(long budget) {
        return interpreter.run(budget);
      }

      @Override
      public void close() {
        interpreter.close();
        code.close();
      }
    };
  }
}
