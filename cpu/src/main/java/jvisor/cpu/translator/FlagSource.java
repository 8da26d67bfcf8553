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
  private final byte[] code;
  private final int registers;

  private FlagSource(Emitter e, int used, Renumbering registers) {
    code = Arrays.copyOf(e.code(), e.length());
    this.registers = used & ~registers.lent() | registers.inStruct();
  }

  /**
   * That of an instruction of registers alone, whose {@code length} bytes of code these are; null
   * if there is none.
   *
   * @param i the instruction, of host registers
   * @param registers those of the guest's that it uses
   * @param e writes it, and has no code that matters
   */
  static @Nullable FlagSource of(
      Insn i, byte[] code, int length, Renumbering registers, Emitter e) {
    if (!exists(i)) {
      return null;
    }
    e.begin(0);
    registers.load(e);
    switch (i.mnemonic()) {
      case ADD -> undo(Emitter.SUB, i, e);
      case SUB -> undo(Emitter.ADD, i, e);
      case AND, OR, XOR -> {
        e.registers(i.a.size() == 8, Emitter.TEST, i.a.index(), i.a.index());
        return new FlagSource(e, bit(i.a), registers);
      }
      default -> {}
    }
    e.put(code, length);
    return new FlagSource(e, bit(i.a) | bit(i.b), registers);
  }

  private static void undo(int inverse, Insn i, Emitter e) {
    if (i.b.kind() == Operand.Kind.IMMEDIATE) {
      e.withConstant(i.a.size(), inverse, i.a.index(), (int) i.b.value());
    } else {
      e.registers(i.a.size() == 8, inverse, i.a.index(), i.b.index());
    }
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
