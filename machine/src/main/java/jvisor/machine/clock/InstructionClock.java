package jvisor.machine.clock;

import java.util.function.LongSupplier;

/**
 * Virtual time that is the count of retired instructions: two runs of one guest see the same times,
 * and every timer fires between the same two instructions. While all processors wait, time jumps to
 * the next deadline.
 */
public final class InstructionClock extends MachineClock {
  /** The longest run without a look at the host's requests. */
  private static final long MAX_BUDGET = 100_000;

  /** Nanoseconds in a microsecond. */
  private static final long NANOS = 1000;

  private final LongSupplier retired;
  private final long mips;
  private long skipped;

  /**
   * Creates the clock.
   *
   * @param retired instructions retired so far, by all processors
   * @param mips instructions in a virtual microsecond, 1–100,000
   */
  public InstructionClock(long epochSeconds, LongSupplier retired, long mips) {
    super(epochSeconds);
    this.retired = retired;
    this.mips = mips;
  }

  @Override
  public long now() {
    long count = retired.getAsLong();
    return count / mips * 1000 + count % mips * 1000 / mips + skipped;
  }

  @Override
  public long pace() {
    return NANOS % mips == 0 ? NANOS / mips << PACE_BITS : 0;
  }

  @Override
  public long base() {
    return now();
  }

  @Override
  public long budget() {
    if (nextDeadline() == NEVER) {
      return MAX_BUDGET;
    }
    long nanos = nextDeadline() - now();
    if (nanos > MAX_BUDGET * 1000 / mips) {
      return MAX_BUDGET;
    }
    return Math.max(1, (nanos * mips + 999) / 1000);
  }

  @Override
  public void ran(long instructions) {}

  @Override
  public void idle(Wakeup woken) {
    if (nextDeadline() == NEVER) {
      woken.await(Long.MAX_VALUE);
    } else if (!woken.take()) {
      skipped += Math.max(0, nextDeadline() - now());
    }
  }

  @Override
  public void pause() {}

  @Override
  public void resume() {}
}
