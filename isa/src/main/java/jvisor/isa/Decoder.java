package jvisor.isa;

import java.util.Set;

/** Turns bytes into instructions. Holds no state but the announced features; any thread. */
public final class Decoder {
  /** Answer of {@link #decode} when the instruction goes on past the bytes given. */
  public static final Insn TRUNCATED = invalid(0);

  /** Answer of {@link #decode} for more than 15 bytes: #GP(0) (SDM vol. 2, 2.3.11). */
  public static final Insn TOO_LONG = invalid(15);

  /** Creates a decoder for a processor that announces {@code features}; rows of others are invalid. */
  public Decoder(Set<Feature> features) {}

  /**
   * Decodes the instruction at {@code code[offset]}; bytes from {@code limit} on are not there.
   *
   * @return the instruction, {@link #TRUNCATED}, {@link #TOO_LONG}, or one whose row is {@link
   *     Row#INVALID}
   */
  public Insn decode(byte[] code, int offset, int limit, CodeMode mode) {
    return TRUNCATED;
  }

  private static Insn invalid(int length) {
    return new Insn(
        Row.INVALID, length, 4, 4, false, 0, 0, -1, -1, 0, 0, 0, Operand.NONE, Operand.NONE,
        Operand.NONE, Operand.NONE);
  }
}
