package jvisor.cpu.oracle;

import java.util.Arrays;
import java.util.List;
import jvisor.cpu.alone.NoInterrupts;
import jvisor.cpu.interpreter.Interpreter;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;

/**
 * The engines that cases run on. A new one is named here and made in {@link #create}; {@code
 * -Doracle.engines=NAME,NAME} picks some of them.
 */
enum EngineKind {
  /** The interpreter with every instruction through its semantic. */
  SEMANTICS,

  /** The interpreter as guests get it. */
  INTERPRETER;

  /** Makes the engine of a processor. */
  Interpreter create(Vcpu c, SemanticTable semantics) {
    return switch (this) {
      case SEMANTICS -> interpreter(c, semantics, false);
      case INTERPRETER -> interpreter(c, semantics, true);
    };
  }

  private static Interpreter interpreter(Vcpu c, SemanticTable semantics, boolean fastForms) {
    return new Interpreter(c, semantics, new NoInterrupts(), (rip, bytes) -> {}, fastForms);
  }

  /** The engines to be tested. */
  static List<EngineKind> chosen() {
    String names = System.getProperty("oracle.engines", "");
    return names.isEmpty()
        ? List.of(values())
        : Arrays.stream(names.split(",")).map(EngineKind::valueOf).toList();
  }
}
