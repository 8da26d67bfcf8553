package jvisor.isa;

/** The operands that recur, made once: registers, memory by width, small immediates. */
final class Operands {
  private static final Operand[][] GPR = new Operand[4][];
  private static final Operand[] HIGH8 = registers(Operand.Kind.HIGH8, 4, 1);
  private static final Operand[] MMX = registers(Operand.Kind.MMX, 8, 8);
  private static final Operand[] ST = registers(Operand.Kind.ST, 8, 10);
  private static final Operand[] XMM = registers(Operand.Kind.VECTOR, 16, 16);
  private static final Operand[] YMM = registers(Operand.Kind.VECTOR, 16, 32);
  private static final Operand[] SEGMENT = registers(Operand.Kind.SEGMENT, 6, 2);
  private static final Operand[][] CONTROL = {
    registers(Operand.Kind.CONTROL, 16, 4), registers(Operand.Kind.CONTROL, 16, 8)
  };
  private static final Operand[][] DEBUG = {
    registers(Operand.Kind.DEBUG, 8, 4), registers(Operand.Kind.DEBUG, 8, 8)
  };
  private static final Operand[] MEMORY = new Operand[33];
  private static final int SMALLEST = -128;
  private static final int LARGEST = 255;
  private static final Operand[][] IMMEDIATE = new Operand[4][LARGEST - SMALLEST + 1];

  static {
    for (int i = 0; i < 4; i++) {
      GPR[i] = registers(Operand.Kind.GPR, 16, 1 << i);
      for (int v = SMALLEST; v <= LARGEST; v++) {
        IMMEDIATE[i][v - SMALLEST] = new Operand(Operand.Kind.IMMEDIATE, 0, 1 << i, v);
      }
    }
    for (int size = 0; size < MEMORY.length; size++) {
      MEMORY[size] = new Operand(Operand.Kind.MEM, 0, size, 0);
    }
  }

  private Operands() {}

  private static Operand[] registers(Operand.Kind kind, int count, int size) {
    Operand[] registers = new Operand[count];
    for (int i = 0; i < count; i++) {
      registers[i] = new Operand(kind, i, size, 0);
    }
    return registers;
  }

  /**
   * General-purpose register {@code index} as {@code size} = 1, 2, 4 or 8 bytes, never AH to BH.
   */
  static Operand gpr(int index, int size) {
    return GPR[Integer.numberOfTrailingZeros(size)][index];
  }

  /** AH, CH, DH, BH. */
  static Operand high8(int index) {
    return HIGH8[index];
  }

  /** Memory of {@code size} bytes, 0 to 32. */
  static Operand memory(int size) {
    return MEMORY[size];
  }

  /** An immediate encoded in {@code size} = 1, 2, 4 or 8 bytes. */
  static Operand immediate(int size, long value) {
    if (value >= SMALLEST && value <= LARGEST) {
      return IMMEDIATE[Integer.numberOfTrailingZeros(size)][(int) value - SMALLEST];
    }
    return new Operand(Operand.Kind.IMMEDIATE, 0, size, value);
  }

  /** A register of another kind; {@code null} is never returned, numbers are the caller's care. */
  static Operand register(Operand.Kind kind, int index, int size) {
    return switch (kind) {
      case GPR -> gpr(index, size);
      case HIGH8 -> HIGH8[index];
      case MMX -> MMX[index];
      case ST -> ST[index];
      case VECTOR -> size == 16 ? XMM[index] : YMM[index];
      case SEGMENT -> SEGMENT[index];
      case CONTROL -> CONTROL[size >> 3][index];
      case DEBUG -> DEBUG[size >> 3][index];
      case NONE, MEM, IMMEDIATE, RELATIVE, FAR -> throw new IllegalArgumentException("no register");
    };
  }
}
