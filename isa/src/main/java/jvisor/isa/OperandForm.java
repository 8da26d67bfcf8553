package jvisor.isa;

import java.util.HashMap;
import java.util.Map;

/**
 * One operand of a row, in the manual's notation: {@code r/m32}, {@code imm8}, {@code xmm2/m128}.
 * The letters v, z and y for widths that follow the operand size are those of SDM vol. 2, appendix
 * A.2.2: v is 16, 32 or 64 bits, z is 16 or 32 (never 64), y is 32 or 64 (never 16); d/q is 64 bits
 * in 64-bit mode and 32 elsewhere. Vector registers tell where they are encoded: 1 ModRM.reg, 2
 * ModRM.rm, V VEX.vvvv, 4 /is4; with {@code ryV} for a general-purpose register in VEX.vvvv.
 *
 * @param text the notation
 * @param field where in the instruction the operand is encoded
 * @param kind its kind when it is not memory, {@link Operand.Kind#NONE} when it can only be memory
 * @param size width in bytes when it is not memory, or one of the negative constants; for memory
 *     with a vector index (VSIB) the bytes of the index register
 * @param memorySize width in bytes as memory, or one of the negative constants; {@link #NO_MEMORY}
 *     when it cannot be memory
 * @param value register number or value when the field is {@link Field#FIXED}; otherwise for
 *     immediates 1 when they are zero-extended
 */
public record OperandForm(
    String text, Field field, Operand.Kind kind, int size, int memorySize, int value) {
  /** Where an operand is encoded. */
  public enum Field {
    /** ModRM.reg. */
    REG,
    /** ModRM.rm, register or memory. */
    RM,
    /** VEX.vvvv. */
    VVVV,
    /** The upper four bits of a byte after the addressing form. */
    IS4,
    /** The low three bits of the opcode. */
    OPCODE,
    /** Bytes after the addressing form. */
    IMMEDIATE,
    /** Bytes after the opcode that are an address. */
    OFFSET,
    /** Not encoded. */
    FIXED
  }

  /** {@link #memorySize} of operands that are never memory. */
  public static final int NO_MEMORY = -100;

  /** Width v: the operand size. */
  public static final int V = -1;

  /** Width z: the operand size, at most 4. */
  public static final int Z = -2;

  /** Width y: the operand size, at least 4. */
  public static final int Y = -3;

  /** Width d/q: 8 in 64-bit mode, else 4. */
  public static final int DQ = -4;

  /** A far pointer in memory: 2 more than v. */
  public static final int FAR_V = -5;

  /** A far pointer: 2 more than z. */
  public static final int FAR_Z = -6;

  /** A descriptor-table register in memory: 2 more than d/q. */
  public static final int TABLE = -7;

  /** A pair of bounds: twice v. */
  public static final int PAIR = -8;

  /** Width of the address size, for offsets without ModRM. */
  public static final int ADDRESS = -9;

  private static final Map<String, OperandForm> FORMS = new HashMap<>();

  static {
    int[] widths = {1, 2, 4, 8, V, Z, Y, DQ};
    String[] names = {"8", "16", "32", "64", "v", "z", "y", "d/q"};
    for (int i = 0; i < widths.length; i++) {
      String w = names[i];
      put("r" + w, Field.REG, Operand.Kind.GPR, widths[i], NO_MEMORY, 0);
      put("R" + w, Field.RM, Operand.Kind.GPR, widths[i], NO_MEMORY, 0);
      put("r/m" + w, Field.RM, Operand.Kind.GPR, widths[i], widths[i], 0);
      put("m" + w, Field.RM, Operand.Kind.NONE, 0, widths[i], 0);
    }
    put("rv/m16", Field.RM, Operand.Kind.GPR, V, 2, 0);
    put("r32/m8", Field.RM, Operand.Kind.GPR, 4, 1, 0);
    put("r32/m16", Field.RM, Operand.Kind.GPR, 4, 2, 0);
    memory("m", 0);
    memory("m128", 16);
    memory("m256", 32);
    memory("m16:v", FAR_V);
    memory("m16:z", FAR_Z);
    memory("m16&p", TABLE);
    memory("mv&v", PAIR);
    memory("m2byte", 2);
    memory("m14/28byte", 0);
    memory("m94/108byte", 0);
    memory("m512byte", 0);
    memory("m32fp", 4);
    memory("m64fp", 8);
    memory("m80fp", 10);
    memory("m16int", 2);
    memory("m32int", 4);
    memory("m64int", 8);
    memory("m80bcd", 10);
    put("mm1", Field.REG, Operand.Kind.MMX, 8, NO_MEMORY, 0);
    put("mm2", Field.RM, Operand.Kind.MMX, 8, NO_MEMORY, 0);
    put("mm2/m32", Field.RM, Operand.Kind.MMX, 8, 4, 0);
    put("mm2/m64", Field.RM, Operand.Kind.MMX, 8, 8, 0);
    put("xmm1", Field.REG, Operand.Kind.VECTOR, 16, NO_MEMORY, 0);
    put("xmm2", Field.RM, Operand.Kind.VECTOR, 16, NO_MEMORY, 0);
    put("xmm2/m16", Field.RM, Operand.Kind.VECTOR, 16, 2, 0);
    put("xmm2/m32", Field.RM, Operand.Kind.VECTOR, 16, 4, 0);
    put("xmm2/m64", Field.RM, Operand.Kind.VECTOR, 16, 8, 0);
    put("xmm2/m128", Field.RM, Operand.Kind.VECTOR, 16, 16, 0);
    put("xmm2/m8", Field.RM, Operand.Kind.VECTOR, 16, 1, 0);
    put("ymm1", Field.REG, Operand.Kind.VECTOR, 32, NO_MEMORY, 0);
    put("ymm2", Field.RM, Operand.Kind.VECTOR, 32, NO_MEMORY, 0);
    put("ymm2/m256", Field.RM, Operand.Kind.VECTOR, 32, 32, 0);
    put("xmmV", Field.VVVV, Operand.Kind.VECTOR, 16, NO_MEMORY, 0);
    put("ymmV", Field.VVVV, Operand.Kind.VECTOR, 32, NO_MEMORY, 0);
    put("ryV", Field.VVVV, Operand.Kind.GPR, Y, NO_MEMORY, 0);
    put("xmm4", Field.IS4, Operand.Kind.VECTOR, 16, NO_MEMORY, 0);
    put("ymm4", Field.IS4, Operand.Kind.VECTOR, 32, NO_MEMORY, 0);
    for (String element : new String[] {"32", "64"}) {
      put("vm" + element + "x", Field.RM, Operand.Kind.NONE, 16, 4, 0);
      put("vm" + element + "y", Field.RM, Operand.Kind.NONE, 32, 4, 0);
    }
    put("XMM0", Field.FIXED, Operand.Kind.VECTOR, 16, NO_MEMORY, 0);
    put("ST(0)", Field.FIXED, Operand.Kind.ST, 10, NO_MEMORY, 0);
    put("ST(i)", Field.RM, Operand.Kind.ST, 10, NO_MEMORY, 0);
    put("Sreg", Field.REG, Operand.Kind.SEGMENT, 2, NO_MEMORY, 0);
    put("CRn", Field.REG, Operand.Kind.CONTROL, DQ, NO_MEMORY, 0);
    put("DRn", Field.REG, Operand.Kind.DEBUG, DQ, NO_MEMORY, 0);
    put("AL", Field.FIXED, Operand.Kind.GPR, 1, NO_MEMORY, 0);
    put("AX", Field.FIXED, Operand.Kind.GPR, 2, NO_MEMORY, 0);
    put("eAX", Field.FIXED, Operand.Kind.GPR, Z, NO_MEMORY, 0);
    put("rAX", Field.FIXED, Operand.Kind.GPR, V, NO_MEMORY, 0);
    put("CL", Field.FIXED, Operand.Kind.GPR, 1, NO_MEMORY, 1);
    put("DX", Field.FIXED, Operand.Kind.GPR, 2, NO_MEMORY, 2);
    put("1", Field.FIXED, Operand.Kind.IMMEDIATE, 1, NO_MEMORY, 1);
    put("ES", Field.FIXED, Operand.Kind.SEGMENT, 2, NO_MEMORY, Insn.ES);
    put("CS", Field.FIXED, Operand.Kind.SEGMENT, 2, NO_MEMORY, Insn.CS);
    put("SS", Field.FIXED, Operand.Kind.SEGMENT, 2, NO_MEMORY, Insn.SS);
    put("DS", Field.FIXED, Operand.Kind.SEGMENT, 2, NO_MEMORY, Insn.DS);
    put("FS", Field.FIXED, Operand.Kind.SEGMENT, 2, NO_MEMORY, Insn.FS);
    put("GS", Field.FIXED, Operand.Kind.SEGMENT, 2, NO_MEMORY, Insn.GS);
    put("imm8", Field.IMMEDIATE, Operand.Kind.IMMEDIATE, 1, NO_MEMORY, 0);
    put("immv", Field.IMMEDIATE, Operand.Kind.IMMEDIATE, V, NO_MEMORY, 0);
    put("immz", Field.IMMEDIATE, Operand.Kind.IMMEDIATE, Z, NO_MEMORY, 0);
    put("uimm8", Field.IMMEDIATE, Operand.Kind.IMMEDIATE, 1, NO_MEMORY, 1);
    put("uimm16", Field.IMMEDIATE, Operand.Kind.IMMEDIATE, 2, NO_MEMORY, 1);
    put("rel8", Field.IMMEDIATE, Operand.Kind.RELATIVE, 1, NO_MEMORY, 0);
    put("relz", Field.IMMEDIATE, Operand.Kind.RELATIVE, Z, NO_MEMORY, 0);
    put("ptr16:z", Field.IMMEDIATE, Operand.Kind.FAR, FAR_Z, NO_MEMORY, 0);
    put("moffs8", Field.OFFSET, Operand.Kind.NONE, ADDRESS, 1, 0);
    put("moffsv", Field.OFFSET, Operand.Kind.NONE, ADDRESS, V, 0);
  }

  private static void memory(String text, int size) {
    put(text, Field.RM, Operand.Kind.NONE, 0, size, 0);
  }

  private static void put(
      String text, Field field, Operand.Kind kind, int size, int memorySize, int value) {
    FORMS.put(text, new OperandForm(text, field, kind, size, memorySize, value));
  }

  /** The form written {@code text}; throws if there is none. */
  static OperandForm of(String text) {
    OperandForm form = FORMS.get(text);
    if (form == null) {
      throw new IllegalArgumentException("operand notation " + text);
    }
    return form;
  }

  /** This register form, encoded in the opcode. */
  OperandForm inOpcode() {
    return new OperandForm(text, Field.OPCODE, kind, size, memorySize, value);
  }

  /**
   * This form with elements of {@code bytes} in memory, where the notation tells the index only.
   */
  OperandForm withMemorySize(int bytes) {
    return new OperandForm(text, field, kind, size, bytes, value);
  }

  /** Bytes of the vector register that is the index (VSIB): 16 or 32, else 0. */
  public int vectorIndexSize() {
    return field == Field.RM && kind == Operand.Kind.NONE ? size : 0;
  }

  /** Whether the operand can be memory. */
  public boolean allowsMemory() {
    return memorySize != NO_MEMORY;
  }

  /** Whether the operand can be a register. */
  public boolean allowsRegister() {
    return kind != Operand.Kind.NONE && field != Field.IMMEDIATE;
  }

  /** Bytes for a width constant of this class, given an instruction's sizes. */
  static int width(int code, int operandSize, int addressSize, CodeMode mode) {
    return switch (code) {
      case V -> operandSize;
      case Z -> Math.min(operandSize, 4);
      case Y -> Math.max(operandSize, 4);
      case DQ -> mode == CodeMode.BITS64 ? 8 : 4;
      case FAR_V -> 2 + operandSize;
      case FAR_Z -> 2 + Math.min(operandSize, 4);
      case TABLE -> mode == CodeMode.BITS64 ? 10 : 6;
      case PAIR -> 2 * operandSize;
      case ADDRESS -> addressSize;
      default -> code;
    };
  }
}
