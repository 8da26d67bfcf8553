package jvisor.machine.clock;

/** Virtual time that follows the host's monotonic clock while the machine is not paused. */
public final class HostClock extends MachineClock {
  /** The time between two looks at the timers that {@link #budget} aims at. */
  private static final long SLICE_NANOS = 100_000;

  private static final long MIN_BUDGET = 500;
  private static final long MAX_BUDGET = 100_000;
  private static final long LONGEST_SLEEP = 1_000_000_000;

  private long zero = System.nanoTime();
  private long pausedAt;
  private boolean paused;
  private long budget = 2_000;
  private long sliceStart = zero;

  /** Starts at 0; {@code epochSeconds} is the wall clock's time now. */
  public HostClock(long epochSeconds) {
    super(epochSeconds);
  }

  @Override
  public long now() {
    return (paused ? pausedAt : System.nanoTime()) - zero;
  }

  @Override
  public long budget() {
    sliceStart = System.nanoTime();
    long left = nextDeadline() - (sliceStart - zero);
    if (left >= SLICE_NANOS) {
      return budget;
    }
    return Math.max(MIN_BUDGET, left <= 0 ? 0 : budget * left / SLICE_NANOS);
  }

  @Override
  public void ran(long instructions) {
    long elapsed = System.nanoTime() - sliceStart;
    if (instructions >= MIN_BUDGET && elapsed > 0) {
      long wanted = Math.min(MAX_BUDGET, instructions * SLICE_NANOS / elapsed);
      budget = Math.max(MIN_BUDGET, (7 * budget + wanted) / 8);
    }
  }

  @Override
  public void idle(Wakeup woken) {
    long left = nextDeadline() == NEVER ? LONGEST_SLEEP : nextDeadline() - now();
    woken.await(Math.min(left, LONGEST_SLEEP));
  }

  @Override
  public void pause() {
    if (!paused) {
      pausedAt = System.nanoTime();
      paused = true;
    }
  }

  @Override
  public void resume() {
    if (paused) {
      zero += System.nanoTime() - pausedAt;
      paused = false;
    }
  }
}
