package jvisor.machine.clock;

import java.util.function.LongSupplier;

/**
 * Virtual time that follows the host's monotonic clock while the machine is not paused.
 *
 * <p>The guest never sees the host's hiccups. A guest that compares two timers in a loop, as
 * kernels do to find out how fast they are, would take the moments in which our program is
 * compiled, collects garbage or waits for a processor for its own, and measure nonsense. So within
 * a slice time is a straight line: it advances by the same amount with each retired instruction.
 * The slope is chosen anew for each slice such that virtual time meets the host's, but an
 * instruction never takes longer than {@link #SLOWEST_PACE}. While the program is slower than that,
 * virtual time falls behind; it catches up as soon as the program is fast again or the guest idles,
 * and then every timer still fires at its time. Only a machine that has been kept from running for
 * long ({@link #MOST_LAG}) sees time jump.
 */
public final class HostClock extends MachineClock {
  /** Nanoseconds of the host between two looks at its clock that {@link #budget} aims at. */
  private static final long SLICE_NANOS = 100_000;

  private static final long MIN_BUDGET = 500;
  private static final long MAX_BUDGET = 500_000;
  private static final long LONGEST_SLEEP = 1_000_000_000;

  /**
   * The most virtual nanoseconds that an instruction takes: so few that Linux can calibrate its TSC
   * against the PIT, whose high byte changes every 214 microseconds.
   */
  static final double SLOWEST_PACE = 100;

  /** Nanoseconds behind the host from which on they count as lost. */
  static final long MOST_LAG = 5_000_000_000L;

  /** Slices in which a small difference to the host's clock is made good. */
  private static final int CATCH_UP_SLICES = 16;

  /** What {@link #pace()} is for a nanosecond. */
  private static final double ONE = 1 << PACE_BITS;

  private final LongSupplier retired;
  private final LongSupplier host;

  /** What the host's clock shows at virtual time 0, were the two never apart. */
  private long zero;

  private long pausedAt;
  private boolean paused;

  /** Virtual time is {@code base}, plus {@code pace} for each instruction beyond {@code count}. */
  private long base;

  private long count;
  private double pace = SLOWEST_PACE;

  /** Nanoseconds of the host that an instruction has taken lately. */
  private double cost = SLOWEST_PACE;

  private long sliceStart;

  /**
   * Starts at 0.
   *
   * @param epochSeconds the wall clock's time now
   * @param retired instructions retired so far, by all processors
   */
  public HostClock(long epochSeconds, LongSupplier retired) {
    this(epochSeconds, retired, System::nanoTime);
  }

  /** A clock that follows {@code host}, in nanoseconds. */
  HostClock(long epochSeconds, LongSupplier retired, LongSupplier host) {
    super(epochSeconds);
    this.retired = retired;
    this.host = host;
    this.zero = host.getAsLong();
  }

  @Override
  public long now() {
    return base + (beyond() * pace() >> PACE_BITS);
  }

  @Override
  public long pace() {
    return (long) (pace * ONE);
  }

  @Override
  public long base() {
    return base;
  }

  @Override
  public long beyond() {
    return retired.getAsLong() - count;
  }

  @Override
  public long budget() {
    sliceStart = host.getAsLong();
    advanceTo(now());
    long lag = loseTime(sliceStart);
    long instructions = (long) Math.clamp(SLICE_NANOS / cost, MIN_BUDGET, MAX_BUDGET);
    double wanted = cost + (double) lag / (CATCH_UP_SLICES * instructions);
    pace = Math.rint(Math.min(SLOWEST_PACE, Math.max(cost / 8, wanted)) * ONE) / ONE;
    long left = nextDeadline() == NEVER ? Long.MAX_VALUE : nextDeadline() - base;
    return Math.max(1, (long) Math.min((double) instructions, Math.ceil((double) left / pace)));
  }

  @Override
  public void ran(long instructions) {
    if (instructions >= MIN_BUDGET) {
      double measured = (double) (host.getAsLong() - sliceStart) / instructions;
      // One slice in which the host took the processor away says little.
      cost = Math.max(0.1, (7 * cost + Math.min(measured, 4 * cost)) / 8);
    }
  }

  @Override
  public void idle(Wakeup woken) {
    advanceTo(now());
    loseTime(host.getAsLong());
    long deadline = nextDeadline();
    long left = deadline == NEVER ? LONGEST_SLEEP : deadline - (host.getAsLong() - zero);
    if (left > 0) {
      woken.await(Math.min(left, LONGEST_SLEEP));
    }
    advanceTo(Math.max(base, Math.min(host.getAsLong() - zero, deadline)));
  }

  @Override
  public void pause() {
    if (!paused) {
      advanceTo(now());
      pausedAt = host.getAsLong();
      paused = true;
    }
  }

  @Override
  public void resume() {
    if (paused) {
      zero += host.getAsLong() - pausedAt;
      count = retired.getAsLong();
      paused = false;
    }
  }

  /** Makes virtual time {@code time} now. */
  private void advanceTo(long time) {
    base = time;
    count = retired.getAsLong();
  }

  /** Jumps if there is too much to catch up with; answers how far virtual time is behind. */
  private long loseTime(long hostNow) {
    long lag = hostNow - zero - base;
    if (lag > MOST_LAG) {
      base += lag;
      return 0;
    }
    return lag;
  }
}
