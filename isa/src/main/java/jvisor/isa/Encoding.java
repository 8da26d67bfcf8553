package jvisor.isa;

/**
 * How a row is encoded, and when bytes select it: a row is selected when the {@link Key} of the
 * instruction, masked with {@code mask}, equals {@code value}.
 *
 * @param text the opcode column of the table, in the manual's notation
 * @param map opcode map: 0 one byte, 1 {@code 0F}, 2 {@code 0F 38}, 3 {@code 0F 3A}; with VEX
 *     {@link #VEX} more
 * @param opcode the (first) opcode byte in that map
 * @param count how many opcode bytes the row covers: 8 for {@code +r}, 16 for {@code +cc}, else 1
 * @param prefix mandatory prefix: 0x66, 0xF2, 0xF3 or 0; with VEX what VEX.pp stands for
 * @param modRm whether a ModRM byte follows
 * @param ignoreMod whether ModRM.mod is ignored and rm always names a register (MOV CR, MOV DR)
 * @param mask bits of the key that matter
 * @param value what they must be
 * @param sizing rule for the operand size
 */
public record Encoding(
    String text,
    int map,
    int opcode,
    int count,
    int prefix,
    boolean modRm,
    boolean ignoreMod,
    int mask,
    int value,
    Sizing sizing) {
  /** What VEX adds to the number of an opcode map. */
  public static final int VEX = 4;

  /** How the operand size follows from mode and prefixes (SDM vol. 2, appendix A.2.5). */
  public enum Sizing {
    /** By mode, 66 and REX.W. */
    NORMAL,
    /** d64: as NORMAL, but in 64-bit mode the default is 64 bits and 32 cannot be had. */
    DEFAULT_64,
    /** f64: in 64-bit mode 64 bits, whatever the prefixes. */
    FORCED_64,
    /** Always one byte (byte strings). */
    BYTE,
    /** As NORMAL, but at most 32 bits (INS and OUTS). */
    AT_MOST_32,
    /** Always 32 bits: no operand follows it (vectors). */
    FIXED_32;

    /** The operand size in bytes, given that of NORMAL. */
    int operandSize(int normal, boolean is64) {
      return switch (this) {
        case NORMAL -> normal;
        case DEFAULT_64 -> is64 && normal == 4 ? 8 : normal;
        case FORCED_64 -> is64 ? 8 : normal;
        case BYTE -> 1;
        case AT_MOST_32 -> Math.min(normal, 4);
        case FIXED_32 -> 4;
      };
    }
  }

  /** The key that a decoder makes of an instruction to select its row: bit positions. */
  static final class Key {
    /** ModRM.rm, 3 bits. */
    static final int RM = 0;

    /** ModRM.reg, 3 bits. */
    static final int REG = 3;

    /** ModRM.mod = 3. */
    static final int REGISTER = 6;

    /** The prefix that selects opcodes, as VEX.pp has it: 0 none, 1 66, 2 F3, 3 F2. */
    static final int PREFIX = 7;

    /** Operand size of {@link Sizing#NORMAL}: 0, 1, 2 for 16, 32, 64 bits. */
    static final int OPERAND_SIZE = 9;

    /** REX.W or VEX.W. */
    static final int W = 11;

    /** 64-bit mode. */
    static final int LONG = 12;

    /** Address size: 0, 1, 2 for 16, 32, 64 bits. */
    static final int ADDRESS_SIZE = 13;

    /** REX.B. */
    static final int B = 15;

    /** VEX.L. */
    static final int L = 16;

    /** Whether VEX.vvvv names a register other than 0, which unused it must not. */
    static final int VVVV = 17;

    /** The bits of ModRM fields. */
    static final int MODRM_BITS = 0x7F;

    private Key() {}
  }

  /** ModRM.reg if the row fixes it, else -1. */
  public int fixedReg() {
    return (mask >> Key.REG & 7) == 7 ? value >> Key.REG & 7 : -1;
  }

  /** ModRM.rm if the row fixes it, else -1. */
  public int fixedRm() {
    return (mask >> Key.RM & 7) == 7 ? value >> Key.RM & 7 : -1;
  }

  /** Whether the row asks for the bit at {@code position} of the key to be {@code bit}. */
  private boolean requires(int position, int bit) {
    return (mask >> position & 1) == 1 && (value >> position & 1) == bit;
  }

  /** Whether the opcode follows a VEX prefix. */
  public boolean isVex() {
    return map >= VEX;
  }

  /** Whether REX.W must be 1. */
  public boolean requiresW() {
    return !isVex() && requires(Key.W, 1);
  }

  /** What VEX.W must be, 0 or 1, or -1 if both are right. */
  public int vexW() {
    return vexBit(Key.W);
  }

  /** What VEX.L must be: 0 (128 bits), 1 (256 bits), or -1 if it is ignored. */
  public int vexL() {
    return vexBit(Key.L);
  }

  private int vexBit(int position) {
    return !isVex() || (mask >> position & 1) == 0 ? -1 : value >> position & 1;
  }

  /** Whether ModRM must name a register. */
  public boolean requiresRegister() {
    return modRm && (ignoreMod || requires(Key.REGISTER, 1));
  }

  /** Whether ModRM must name memory. */
  public boolean requiresMemory() {
    return modRm && requires(Key.REGISTER, 0);
  }

  /** The operand size in bytes that the row fixes (o16, o32, REX.W), or 0. */
  public int fixedOperandSize() {
    if (requiresW()) {
      return 8;
    }
    return (mask >> Key.OPERAND_SIZE & 3) == 3 ? 2 << (value >> Key.OPERAND_SIZE & 3) : 0;
  }

  /** The address size in bytes that the row fixes (a16, a32, a64), or 0. */
  public int fixedAddressSize() {
    return (mask >> Key.ADDRESS_SIZE & 3) == 3 ? 2 << (value >> Key.ADDRESS_SIZE & 3) : 0;
  }

  /** Whether the row exists in {@code mode}. */
  public boolean validIn(CodeMode mode) {
    if ((mask >> Key.LONG & 1) == 0) {
      return true;
    }
    return (value >> Key.LONG & 1) == (mode == CodeMode.BITS64 ? 1 : 0);
  }

  /** Whether 66 may stand before the opcode as an operand-size prefix. */
  boolean allows66() {
    return (mask >> Key.PREFIX & 3) != 3 || (value >> Key.PREFIX & 3) > 1;
  }

  /** Whether the opcode's low four bits are a condition. */
  public boolean isCondition() {
    return count == 16;
  }

  /** Whether the row is selected by an instruction with this key. */
  boolean matches(int key) {
    return (key & mask) == value;
  }

  /** How many key bits the row looks at; of two matching rows the more specific one is meant. */
  int specificity() {
    return Integer.bitCount(mask);
  }
}
