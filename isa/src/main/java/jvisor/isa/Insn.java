package jvisor.isa;

/**
 * One decoded instruction. Immutable; shared by every place that executes the same bytes in the
 * same {@link CodeMode}.
 */
public final class Insn {
  /** Segment register numbers as encoded: ES, CS, SS, DS, FS, GS. */
  public static final int ES = 0;

  public static final int CS = 1;
  public static final int SS = 2;
  public static final int DS = 3;
  public static final int FS = 4;
  public static final int GS = 5;

  /** {@link #base} or {@link #index} when there is none. */
  public static final int NO_REGISTER = -1;

  /** {@link #base} of RIP-relative addressing. */
  public static final int RIP = 16;

  /** The table row; {@link Row#INVALID} if the bytes are no instruction here. */
  public final Row row;

  /** Whether it is encoded with VEX. */
  public final boolean vex;

  /** Bytes, 1–15. */
  public final int length;

  /**
   * Effective operand size in bytes: 2, 4 or 8; for string instructions, INS and OUTS the element
   * width: 1, 2, 4 or 8. In 64-bit mode 8 for pushes, pops and near branches unless 66 makes it 2.
   * 4 for vector instructions with VEX, but for those whose rows leave VEX.W open. Operands carry
   * their own sizes as well.
   */
  public final int operandSize;

  /** Effective address size in bytes: 2, 4 or 8. */
  public final int addressSize;

  /** Whether a LOCK prefix is present (it is legal: the decoder refuses the others). */
  public final boolean lock;

  /**
   * The repeat prefix if the instruction is one that repeats: 0, 0xF3 (REP, REPE) or 0xF2 (REPNE;
   * only CMPS and SCAS, for the others F2 is REP and reported so).
   */
  public final int repeat;

  /**
   * The segment of the memory operand, override or default; without one the override or DS, as
   * string sources, XLAT, MASKMOVQ and MONITOR have it.
   */
  public final int segment;

  /** Base register 0–15, {@link #RIP} or {@link #NO_REGISTER}. */
  public final int base;

  /**
   * Index register 0–15 or {@link #NO_REGISTER}; a vector register if {@link #vectorIndexSize} is
   * not 0.
   */
  public final int index;

  /** log2 of the index's factor, 0–3. */
  public final int scale;

  /**
   * Displacement, sign-extended to 64 bits whatever the address size; for a moffs operand the
   * zero-extended offset itself.
   */
  public final long displacement;

  /** Destination, or the first operand in the manual's order. */
  public final Operand a;

  /** The second operand or {@link Operand#NONE}. */
  public final Operand b;

  /** The third operand or {@link Operand#NONE}. */
  public final Operand c;

  /** The fourth operand or {@link Operand#NONE}. */
  public final Operand d;

  /**
   * The opcode's last byte (condition codes, string widths and x87 stack forms are read from it).
   */
  public final int opcode;

  /** Creates an instruction; the decoder and tests do. */
  public Insn(
      Row row,
      int length,
      int operandSize,
      int addressSize,
      boolean lock,
      int repeat,
      int segment,
      int base,
      int index,
      int scale,
      long displacement,
      int opcode,
      Operand a,
      Operand b,
      Operand c,
      Operand d) {
    this.row = row;
    this.vex = row.encoding().isVex();
    this.length = length;
    this.operandSize = operandSize;
    this.addressSize = addressSize;
    this.lock = lock;
    this.repeat = repeat;
    this.segment = segment;
    this.base = base;
    this.index = index;
    this.scale = scale;
    this.displacement = displacement;
    this.opcode = opcode;
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  /** The mnemonic of the row. */
  public Mnemonic mnemonic() {
    return row.mnemonic();
  }

  /** Whether one of the operands is memory. */
  public boolean hasMemory() {
    return a.isMemory() || b.isMemory() || c.isMemory();
  }

  /**
   * Bytes of the vector register that is the index, as gathers have it (SDM vol. 2, 2.3.12): 16 or
   * 32; else 0. Then {@link #index} is not part of an address that all elements share.
   */
  public int vectorIndexSize() {
    int size = 0;
    for (int i = 0; i < row.operands().size(); i++) {
      size |= row.operands().get(i).vectorIndexSize();
    }
    return size;
  }

  /** The condition code of Jcc, SETcc and CMOVcc: the opcode's low four bits. */
  public int condition() {
    return opcode & 15;
  }

  /** The text of {@link Disassembler#text(Insn)}. */
  @Override
  public String toString() {
    return Disassembler.text(this);
  }
}
