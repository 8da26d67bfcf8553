package jvisor.isa;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves instructions to other registers and other memory, as a translator to the same instruction
 * set does. What comes out is for {@link CodeMode#BITS64} and {@link Encoder}, whatever mode the
 * instruction came from; its length stays that of the original.
 *
 * <p>A map of sixteen numbers says which register stands for which: {@code map[4]} for RSP, ESP, SP
 * and SPL; −1 where there is none. The registers that one instruction names must be mapped to
 * different ones. Vector registers stay as they are, and so do the register operands of NOP, which
 * are none. Where the row cannot say what is meant – it is not in 64-bit mode as INC 40+r is not,
 * or means the accumulator, or has the operand in the wrong field – another row for the same
 * operation is taken.
 *
 * <p>The answer is {@code null} if that is impossible: AH to BH mapped elsewhere than to registers
 * 0–3, other registers mapped elsewhere that the row means without naming them (CL; RAX and RDX of
 * MUL), no row for the operation with memory there, addresses that 64-bit mode lacks or that depend
 * on the place of the instruction. An operand's width never changes: a register of 4 bytes in
 * memory has nothing above these. Only {@linkplain Row#harmless() harmless} rows are for this.
 * Instructions that combine AH to BH with a register or a base from 8 up come out, and {@link
 * Encoder} refuses them.
 *
 * <p>For one thread at a time.
 */
public final class Substitution {
  /** Neither of the operands is to be in memory. */
  private static final int NONE = -1;

  private static final int POSITIONS = 3;

  /** Ids of the first row and of the last by mnemonic. */
  private final int[] first = new int[Mnemonic.values().length];

  private final int[] last = new int[first.length];

  /** Rows that were asked for: by id, those with the operand in memory, then the one without. */
  private final @Nullable Row[] known = new Row[Table.ROWS.size() * (POSITIONS + 1)];

  /** Creates one for many instructions. */
  public Substitution() {
    for (Row row : Table.ROWS) {
      int mnemonic = row.mnemonic().ordinal();
      first[mnemonic] = first[mnemonic] == 0 ? row.id() : first[mnemonic];
      last[mnemonic] = row.id();
    }
  }

  /**
   * {@code insn} with other registers. A memory operand keeps its form with other registers in it,
   * FS or GS, and its address size, so this is for LEA and NOP, which access nothing: they lose the
   * segment, and the address size where it makes no difference.
   */
  public @Nullable Insn registers(Insn insn, int[] map) {
    if (!insn.hasMemory()) {
      return moved(insn, NONE, map, 8, Insn.DS, Insn.NO_REGISTER, Insn.NO_REGISTER, 0, 0);
    }
    if (insn.base == Insn.RIP || insn.addressSize == 2 || insn.vectorIndexSize() != 0) {
      return null;
    }
    int base = insn.base == Insn.NO_REGISTER ? Insn.NO_REGISTER : map[insn.base];
    int index = insn.index == Insn.NO_REGISTER ? Insn.NO_REGISTER : map[insn.index];
    boolean lost = base < 0 && insn.base >= 0 || index < 0 && insn.index >= 0;
    if (lost || index == 4) {
      return null;
    }
    boolean idle = insn.mnemonic() == Mnemonic.NOP;
    boolean lea = insn.mnemonic() == Mnemonic.LEA;
    int addressSize = idle || lea && insn.operandSize <= 4 ? 8 : insn.addressSize;
    int segment = idle || lea || insn.segment < Insn.FS ? usualSegment(base) : insn.segment;
    return moved(insn, NONE, map, addressSize, segment, base, index, insn.scale, insn.displacement);
  }

  /**
   * {@code insn} with other registers and its memory operand at {@code [base + displacement]}, a
   * 64-bit address without segment override. Bits in memory whose number is in a register (BT and
   * its kin) cannot be had: they may lie beyond the operand.
   *
   * @param insn one with a memory operand
   * @param base register 0–15
   */
  public @Nullable Insn memory(Insn insn, int[] map, int base, int displacement) {
    return moved(insn, NONE, map, 8, usualSegment(base), base, Insn.NO_REGISTER, 0, displacement);
  }

  /**
   * {@code insn} with other registers and with one of its register operands in memory: the register
   * is the eight bytes at {@code [base + displacement]}, as {@link #memory} has it, so that AH to
   * BH are the second of these.
   *
   * @param insn one without a memory operand
   * @param position which operand, from 0; it must be a general-purpose register
   * @param base register 0–15
   */
  public @Nullable Insn inMemory(Insn insn, int position, int[] map, int base, int displacement) {
    Operand register = operand(insn, position);
    boolean high = register.kind() == Operand.Kind.HIGH8;
    boolean idle = insn.mnemonic() == Mnemonic.NOP;
    if (insn.hasMemory() || idle || !high && register.kind() != Operand.Kind.GPR) {
      return null;
    }
    int place = displacement + (high ? 1 : 0);
    return moved(insn, position, map, 8, usualSegment(base), base, Insn.NO_REGISTER, 0, place);
  }

  private static int usualSegment(int base) {
    return base == 4 || base == 5 ? Insn.SS : Insn.DS;
  }

  private static Operand operand(Insn insn, int position) {
    return switch (position) {
      case 0 -> insn.a;
      case 1 -> insn.b;
      case 2 -> insn.c;
      default -> insn.d;
    };
  }

  private @Nullable Insn moved(
      Insn insn,
      int position,
      int[] map,
      int addressSize,
      int segment,
      int base,
      int index,
      int scale,
      long displacement) {
    Row row = insn.row;
    if (position != NONE || !row.encoding().validIn(CodeMode.BITS64) || !keepsFixed(row, map)) {
      row = rowFor(insn.row, position);
      if (row == null || !keepsFixed(row, map)) {
        return null;
      }
    }
    Operand a = operand(insn, row, 0, position, map);
    Operand b = operand(insn, row, 1, position, map);
    Operand c = operand(insn, row, 2, position, map);
    Operand d = operand(insn, row, 3, position, map);
    if (a == null || b == null || c == null || d == null) {
      return null;
    }
    if (a.isMemory() && b.kind() == Operand.Kind.GPR && isBitTest(row.mnemonic())) {
      return null;
    }
    return new Insn(
        row,
        insn.length,
        insn.operandSize,
        addressSize,
        insn.lock,
        insn.repeat,
        segment,
        base,
        index,
        scale,
        displacement,
        opcode(insn, row, a, b),
        a,
        b,
        c,
        d);
  }

  private static boolean isBitTest(Mnemonic mnemonic) {
    return switch (mnemonic) {
      case BT, BTS, BTR, BTC -> true;
      default -> false;
    };
  }

  /** Whether the general-purpose registers that the row means without naming them stay. */
  private static boolean keepsFixed(Row row, int[] map) {
    int implicit = (row.roles().implicitReads() | row.roles().implicitWrites()) & 0xFFFF;
    for (int register = 0; implicit >> register != 0; register++) {
      if ((implicit >> register & 1) == 1 && map[register] != register) {
        return false;
      }
    }
    return true;
  }

  private static boolean isFixed(OperandForm form) {
    return form.field() == OperandForm.Field.FIXED && form.kind() == Operand.Kind.GPR;
  }

  private static @Nullable Operand operand(Insn insn, Row row, int i, int position, int[] map) {
    Operand operand = operand(insn, i);
    if (i == position) {
      return Operands.memory(operand.size());
    }
    if (row.mnemonic() == Mnemonic.NOP) {
      return operand;
    }
    return switch (operand.kind()) {
      case GPR -> {
        int number = map[operand.index()];
        yield number < 0 ? null : Operands.gpr(number, operand.size());
      }
      case HIGH8 -> {
        int number = map[operand.index()];
        yield number < 0 || number > 3 ? null : Operands.high8(number);
      }
      case IMMEDIATE -> row == insn.row ? operand : immediate(insn, row.operands().get(i), operand);
      default -> operand;
    };
  }

  /** The immediate in the width that another row has for it. */
  private static @Nullable Operand immediate(Insn insn, OperandForm form, Operand operand) {
    int size = OperandForm.width(form.size(), insn.operandSize, 8, CodeMode.BITS64);
    if (size == operand.size()) {
      return operand;
    }
    long value = operand.value();
    return value == (int) value ? Operands.immediate(size, value) : null;
  }

  private static int opcode(Insn insn, Row row, Operand a, Operand b) {
    Encoding encoding = row.encoding();
    if (encoding.count() != 8) {
      return row == insn.row ? insn.opcode : encoding.opcode();
    }
    List<OperandForm> forms = row.operands();
    for (int i = 0; i < forms.size(); i++) {
      if (forms.get(i).field() == OperandForm.Field.OPCODE) {
        Operand operand = i == 0 ? a : b;
        boolean high = operand.kind() == Operand.Kind.HIGH8;
        return encoding.opcode() + (high ? operand.index() + 4 : operand.index() & 7);
      }
    }
    return insn.opcode;
  }

  /**
   * The row of 64-bit mode for the operation of {@code row} with the operand at {@code position} in
   * memory; {@code row} itself if possible.
   */
  private @Nullable Row rowFor(Row row, int position) {
    if (position >= POSITIONS) {
      return null;
    }
    int slot = row.id() * (POSITIONS + 1) + (position == NONE ? POSITIONS : position);
    Row found = known[slot];
    if (found == null) {
      found = search(row, position);
      known[slot] = found;
    }
    return found == Row.INVALID ? null : found;
  }

  private Row search(Row row, int position) {
    if (position != NONE && fits(row, row, position)) {
      return row;
    }
    int mnemonic = row.mnemonic().ordinal();
    for (int id = first[mnemonic]; id <= last[mnemonic]; id++) {
      Row other = Table.ROWS.get(id);
      if (other != row && !other.alias() && fits(row, other, position)) {
        return other;
      }
    }
    return Row.INVALID;
  }

  private static boolean fits(Row row, Row other, int position) {
    Encoding encoding = other.encoding();
    int count = row.operands().size();
    if (!other.harmless()
        || !other.name().equals(row.name())
        || !encoding.validIn(CodeMode.BITS64)
        || encoding.isVex() != row.encoding().isVex()
        || encoding.vexL() != row.encoding().vexL()
        || encoding.sizing() != row.encoding().sizing()
        || other.operands().size() != count) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (!fits(row.operands().get(i), other.operands().get(i), i == position, row == other)) {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(OperandForm form, OperandForm other, boolean memory, boolean same) {
    if (form.kind() != other.kind()) {
      return false;
    }
    if (memory) {
      return other.field() == OperandForm.Field.RM
          && form.size() == other.size()
          && form.size() == other.memorySize();
    }
    boolean fixed = other.field() == OperandForm.Field.FIXED;
    if (fixed || form.field() == OperandForm.Field.FIXED && !isFixed(form)) {
      return same || fixed && form.equals(other) && !(isFixed(form) && form.value() == 0);
    }
    boolean shorter = form.size() == OperandForm.V && other.size() == OperandForm.Z;
    boolean immediate = form.kind() == Operand.Kind.IMMEDIATE;
    return (form.size() == other.size() || immediate && shorter)
        && (!immediate || form.value() == other.value());
  }
}
