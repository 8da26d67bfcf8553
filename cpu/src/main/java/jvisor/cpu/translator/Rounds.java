package jvisor.cpu.translator;

import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * How many rounds a loop has that ends when a register which steps is equal to something that does
 * not change: what is to be known to count them before the first one. Then no round has to look
 * whether it is the last. If it is never equal, rounds are counted all the same, and looked at
 * then.
 *
 * @param register the guest register that steps
 * @param limit what it is compared with: a register or a constant
 * @param ahead what has been added to it in a round when it is compared
 * @param shift by what power of two it steps
 * @param down whether it steps down
 * @param compares whether the comparison has no other purpose
 */
record Rounds(int register, Operand limit, long ahead, int shift, boolean down, boolean compares) {
  private static final int NOT_EQUAL = 5;
  private static final Operand ZERO = new Operand(Operand.Kind.IMMEDIATE, 0, 1, 0);

  /** Those of a loop whose registers step so, or null if they are not counted. */
  static @Nullable Rounds of(Insn[] block, Streams streams) {
    Insn branch = block[block.length - 1];
    Insn last = block[Math.max(block.length - 2, 0)];
    if (branch.condition() != NOT_EQUAL) {
      return null;
    }
    if (last.mnemonic() != Mnemonic.CMP) {
      boolean steps = Streams.isStep(last) && FlagSource.exists(last);
      return steps ? of(last.a.index(), ZERO, false, streams) : null;
    }
    boolean first = streams.isStepping(last.a) && streams.isFixed(last.b);
    boolean second = streams.isStepping(last.b) && streams.isFixed(last.a);
    return first
        ? of(last.a.index(), last.b, true, streams)
        : second ? of(last.b.index(), last.a, true, streams) : null;
  }

  private static @Nullable Rounds of(
      int register, Operand limit, boolean compares, Streams streams) {
    long step = streams.step(register);
    boolean power = Long.bitCount(Math.abs(step)) == 1;
    return power
        ? new Rounds(register, limit, step, Long.numberOfTrailingZeros(step), step < 0, compares)
        : null;
  }
}
