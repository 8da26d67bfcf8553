package jvisor.cpu.translator;

import jvisor.isa.Insn;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** What harmless instructions do with their operands. */
final class Roles {
  private Roles() {}

  /** The memory operand, if there is one. */
  static @Nullable Operand memory(Insn i) {
    return i.a.isMemory() ? i.a : i.b.isMemory() ? i.b : i.c.isMemory() ? i.c : null;
  }

  /** Whether the memory operand may be written. */
  static boolean writesMemory(Insn i) {
    return i.a.isMemory() && writesFirst(i);
  }

  /** Whether the first operand may be written. */
  static boolean writesFirst(Insn i) {
    return switch (i.mnemonic()) {
      case CMP, TEST, BT, MUL -> false;
      case IMUL -> i.b != Operand.NONE;
      default -> true;
    };
  }

  /** Whether the first operand, a register, is wholly written and not read. */
  static boolean onlyWritesFirst(Insn i) {
    return switch (i.mnemonic()) {
      case MOV, MOVZX, MOVSX, MOVSXD -> i.a.size() >= 4;
      default -> false;
    };
  }

  /** Whether the second operand is written as well. */
  static boolean writesSecond(Insn i) {
    return switch (i.mnemonic()) {
      case XCHG, XADD, MULX -> true;
      default -> false;
    };
  }

  /** The flags that matter to this instruction, not only to some of its row. */
  static int flagsTested(Insn i) {
    return switch (i.mnemonic()) {
      case SHL, SHR, SAR -> isCounted(i.b, i.a.size()) ? 0 : i.row.flagsTested();
      case SHLD, SHRD -> isCounted(i.c, i.a.size()) ? 0 : i.row.flagsTested();
      default -> i.row.flagsTested();
    };
  }

  /** Whether a shift's count is a constant that shifts. */
  private static boolean isCounted(Operand count, int size) {
    return count.kind() == Operand.Kind.IMMEDIATE && (count.value() & (size == 8 ? 63 : 31)) != 0;
  }
}
