package jvisor.cpu.translator;

import jvisor.isa.Insn;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** What harmless instructions do with their operands, beyond what their rows say. */
final class Roles {
  private static final int ALL = -1;

  private Roles() {}

  /** The memory operand, if there is one. */
  static @Nullable Operand memory(Insn i) {
    return i.a.isMemory() ? i.a : i.b.isMemory() ? i.b : i.c.isMemory() ? i.c : null;
  }

  /** Whether the memory operand may be written. */
  static boolean writesMemory(Insn i) {
    return i.a.isMemory() && i.row.writes(0) || i.b.isMemory() && i.row.writes(1);
  }

  /** Whether the first operand, a register, is wholly written and not read. */
  static boolean onlyWritesFirst(Insn i) {
    return !i.row.reads(0) && i.row.writes(0) && i.a.size() >= 4;
  }

  /**
   * The registers of the host, a mask of bits by number, that {@code i} writes without writing
   * flags.
   */
  static int written(Insn i) {
    int stack = 1 << Registers.STACK;
    return switch (i.mnemonic()) {
      case JCC, JMP -> 0;
      case PUSH, CALL, RET -> stack;
      case POP -> stack | named(i);
      case LEAVE -> stack | 1 << Registers.RBP;
      case DIV, IDIV -> ALL;
      case MOV, MOVZX, MOVSX, MOVSXD, LEA, NOP, SETCC, CMOVCC, BSWAP, XCHG, NOT -> named(i);
      case PDEP, PEXT, RORX, SARX, SHLX, SHRX, MULX, MOVBE -> named(i);
      default ->
          (i.row.flagsWritten() | i.row.flagsUndefined()) != 0
              ? 0
              : Instructions.usesVectors(i) ? named(i) : ALL;
    };
  }

  private static int named(Insn i) {
    return bit(i.a) | (i.row.writes(1) ? bit(i.b) : 0);
  }

  private static int bit(Operand o) {
    return switch (o.kind()) {
      case GPR -> Registers.isPinned(o.index()) ? 1 << Registers.host(o.index()) : 0;
      case HIGH8 -> 1 << o.index();
      default -> 0;
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
