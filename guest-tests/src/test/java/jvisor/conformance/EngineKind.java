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
 * place where it is picked ({@code -Djvisor.conformance.engine=NAME}, and for the translator {@code
 * -Djvisor.conformance.translator=NAME=VALUE,…} in the words of {@code --translator}).
 */
enum EngineKind implements EngineMaker {
  /** The interpreter as guests get it. */
  INTERPRETER {
    @Override
    public Engine create(Vcpu vcpu, InterruptUnit interrupts) {
      return interpreter(vcpu, interrupts, true);
    }
  },

  /** The interpreter with every instruction through its semantic. */
  SEMANTICS {
    @Override
    public Engine create(Vcpu vcpu, InterruptUnit interrupts) {
      return interpreter(vcpu, interrupts, false);
    }
  },

  /** The interpreter, and all that can be as native code. */
  TRANSLATOR {
    @Override
    public Engine create(Vcpu vcpu, InterruptUnit interrupts) {
      return translator("").create(vcpu, interrupts);
    }
  };

  /** What runs a processor. */
  interface Engine extends AutoCloseable {
    /** Runs at most {@code budget} instructions. */
    Exit run(long budget);

    @Override
    void close();
  }

  static EngineMaker chosen() {
    EngineKind kind = valueOf(System.getProperty("jvisor.conformance.engine", INTERPRETER.name()));
    String changes = System.getProperty("jvisor.conformance.translator", "");
    return kind == TRANSLATOR ? translator(changes) : kind;
  }

  /** Everything is translated and verified, but for {@code changes} as people write them. */
  static EngineMaker translator(String changes) {
    TranslatorOptions usual = TranslatorOptions.always().verifying(true);
    TranslatorOptions options = changes.isEmpty() ? usual : usual.with(changes);
    return (vcpu, interrupts) -> {
      CodeCache code = new CodeCache(vcpu.mmu.memory(), new Translator(options));
      return engine(
          new Interpreter(
              vcpu, InstructionSet.semantics(), interrupts, (rip, bytes) -> {}, true, code),
          code);
    };
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
