package jvisor.cpu.translator;

import static jvisor.cpu.translator.Optimisation.BRANCHES;
import static jvisor.cpu.translator.Optimisation.DIVISION;
import static jvisor.cpu.translator.Optimisation.MEMORY;
import static jvisor.cpu.translator.Optimisation.STACK;
import static jvisor.cpu.translator.Optimisation.STRINGS;
import static jvisor.cpu.translator.Optimisation.SYSTEM;
import static jvisor.cpu.translator.Optimisation.TARGET_CACHE;
import static jvisor.cpu.translator.Optimisation.VECTORS;

import java.util.Set;
import jvisor.isa.Flow;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** Which {@link Optimisation}s are on. */
final class Switches {
  private final Set<Optimisation> off;

  /** All but {@code off}. */
  Switches(Set<Optimisation> off) {
    this.off = off;
  }

  boolean isOn(Optimisation o) {
    return !off.contains(o);
  }

  private boolean isOff(Optimisation o) {
    return off.contains(o);
  }

  /** Whether {@code i} is the interpreter's, though there may be a form of it. */
  boolean forbid(Insn i) {
    if (off.isEmpty()) {
      return false;
    }
    return isOff(MEMORY) && i.hasMemory() && i.mnemonic() != Mnemonic.LEA
        || isOff(VECTORS) && Instructions.usesVectors(i)
        || isOff(Optimisation.X87) && X87.uses(i)
        || isOff(DIVISION) && DivisionRules.isDivision(i)
        || isOff(STRINGS) && StringRules.isRepeated(i)
        || isOff(SYSTEM) && Transitions.suits(i, false)
        || isOff(STACK) && isOfStack(i)
        || isOff(BRANCHES) && i.row.flow() == Flow.BRANCH
        || isOff(TARGET_CACHE) && isIndirect(i);
  }

  private static boolean isOfStack(Insn i) {
    return switch (i.mnemonic()) {
      case PUSH, POP, LEAVE -> true;
      default -> false;
    };
  }

  /** A branch whose target is known only when it runs. */
  private static boolean isIndirect(Insn i) {
    return i.row.flow() == Flow.BRANCH && i.a.kind() != Operand.Kind.RELATIVE;
  }
}
