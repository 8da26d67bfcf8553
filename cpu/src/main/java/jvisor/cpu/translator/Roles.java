package jvisor.cpu.translator;

import jvisor.cpu.state.Rflags;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
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

  /** What has to be added to the number of a guest's register for its bit in the struct. */
  static final int IN_STRUCT = 16;

  /**
   * The registers, a mask of bits, that {@code i} writes without writing flags: those of the host
   * by number, those of the guest that are in the struct by number and {@link #IN_STRUCT}.
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
              : Instructions.usesVectors(i) || X87.uses(i) ? named(i) : ALL;
    };
  }

  private static int named(Insn i) {
    return bit(i.a) | (i.row.writes(1) ? bit(i.b) : 0);
  }

  private static int bit(Operand o) {
    return switch (o.kind()) {
      case GPR ->
          1 << (Registers.isPinned(o.index()) ? Registers.host(o.index()) : IN_STRUCT + o.index());
      case HIGH8 -> 1 << o.index();
      default -> 0;
    };
  }

  /** Whether an instruction of a part is known not to leave, whatever it looks like. */
  interface Staying {
    boolean stays(Part part, int instruction);
  }

  /**
   * Whether the flags before instruction {@code from} of a part may be seen: by an instruction, or
   * where control leaves.
   */
  static boolean flagsMatter(Part part, int from, Staying staying) {
    int open = (int) Rflags.ARITHMETIC;
    for (Part at = part; at != null; at = at.last().mnemonic() == Mnemonic.JCC ? null : at.next) {
      for (int n = at == part ? from : 0; n < at.size(); n++) {
        Insn i = at.instructions[n];
        boolean onward = n == at.size() - 1 && i.mnemonic() == Mnemonic.JMP && at.next != null;
        if ((flagsTested(i) & open) != 0 || !onward && !staying.stays(at, n) && mayLeave(i)) {
          return true;
        }
        open &= ~(i.row.flagsWritten() | i.row.flagsUndefined());
        if (open == 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether control may leave at {@code i}, by what can be told without emitting it. */
  private static boolean mayLeave(Insn i) {
    boolean address = i.mnemonic() == Mnemonic.LEA && i.a.size() >= 4;
    boolean high = i.a.kind() == Operand.Kind.HIGH8 || i.b.kind() == Operand.Kind.HIGH8;
    return !i.row.harmless()
        || i.row.feature() != Feature.BASE && i.row.feature() != Feature.CMOV
        || i.hasMemory() && !address
        || i.mnemonic() == Mnemonic.LEA && !address
        || high
        || Instructions.usesVectors(i)
        || X87.uses(i);
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
