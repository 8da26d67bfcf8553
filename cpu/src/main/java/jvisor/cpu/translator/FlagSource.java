package jvisor.cpu.translator;

import java.util.Arrays;
import jvisor.isa.Insn;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * How the guest's flags can be had again once the host's are spoiled: host code that sets them from
 * registers, as long as these hold what they did. A comparison is done once more; a sum is undone
 * and done again; of a logical operation the result tells all.
 */
final class FlagSource {
  private static final int ADD = 0;
  private static final int SUB = 5;
  private static final int TEST = 0x85;
  private static final int OPERATION = 8;

  private final byte[] code;
  private final int registers;

  private FlagSource(byte[] code, int registers) {
    this.code = code;
    this.registers = registers;
  }

  /**
   * That of an instruction of registers alone, whose {@code length} bytes of code these are; null
   * if there is none.
   *
   * @param i the instruction, of host registers
   * @param loads code that loads those of its registers that stand for others in the struct
   * @param lent these registers, a mask of bits by number
   * @param inStruct those that they stand for, as {@link Roles#written} has them
   */
  static @Nullable FlagSource of(
      Insn i, byte[] code, int length, byte[] loads, int lent, int inStruct) {
    FlagSource own = ofHost(i, code, length);
    return own == null
        ? null
        : new FlagSource(joined(loads, own.code), own.registers & ~lent | inStruct);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static @Nullable FlagSource ofHost(Insn i, byte[] code, int length) {
    if (!exists(i)) {
      return null;
    }
    int registers = bit(i.a) | bit(i.b);
    return switch (i.mnemonic()) {
      case ADD -> new FlagSource(undone(i, SUB, code, length), registers);
      case SUB -> new FlagSource(undone(i, ADD, code, length), registers);
      case AND, OR, XOR ->
          new FlagSource(operation(i.a.size(), TEST, i.a.index(), i.a.index()), bit(i.a));
      default -> new FlagSource(Arrays.copyOf(code, length), registers);
    };
  }

  /** Whether there is one of {@code i} if it is emitted with host registers alone. */
  static boolean exists(Insn i) {
    boolean whole = i.a.kind() == Operand.Kind.GPR && i.a.size() >= 4;
    return switch (i.mnemonic()) {
      case CMP, TEST -> true;
      case ADD, SUB ->
          whole
              && (i.b.kind() == Operand.Kind.IMMEDIATE
                  || i.b.kind() == Operand.Kind.GPR && i.b.index() != i.a.index());
      case AND, OR, XOR -> whole;
      default -> false;
    };
  }

  /** {@code inverse}, then the instruction. */
  private static byte[] undone(Insn i, int inverse, byte[] code, int length) {
    byte[] before =
        i.b.kind() == Operand.Kind.IMMEDIATE
            ? constant(i.a.size(), inverse, i.a.index(), (int) i.b.value())
            : operation(i.a.size(), inverse * OPERATION + 1, i.b.index(), i.a.index());
    return joined(before, Arrays.copyOf(code, length));
  }

  private static byte[] operation(int size, int opcode, int reg, int rm) {
    return new byte[] {
      (byte) (rex(size, rm) | reg >> 3 << 2), (byte) opcode, (byte) (0xc0 | (reg & 7) << 3 | rm & 7)
    };
  }

  private static byte[] constant(int size, int operation, int rm, int value) {
    return new byte[] {
      (byte) rex(size, rm),
      (byte) 0x81,
      (byte) (0xc0 | operation << 3 | rm & 7),
      (byte) value,
      (byte) (value >> 8),
      (byte) (value >> 16),
      (byte) (value >> 24)
    };
  }

  private static int rex(int size, int rm) {
    return 0x40 | (size == 8 ? 8 : 0) | rm >> 3;
  }

  private static int bit(Operand o) {
    return switch (o.kind()) {
      case GPR, HIGH8 -> 1 << o.index();
      default -> 0;
    };
  }

  /** The code that sets the flags. */
  byte[] code() {
    return code;
  }

  /** Whether it needs one of these registers, a mask of bits by number. */
  boolean needs(int some) {
    return (registers & some) != 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FlagSource source && Arrays.equals(code, source.code);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(code);
  }
}
