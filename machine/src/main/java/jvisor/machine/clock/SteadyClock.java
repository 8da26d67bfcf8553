package jvisor.machine.clock;

import java.util.function.LongSupplier;

/**
 * Virtual time that is the host's monotonic clock while the machine is not paused, whatever the
 * processors do: for processors that run at the same time, whose instructions no single count
 * orders. {@link #now} is for any thread and the same for all; the rest for the holder of the
 * machine's lock.
 *
 * <p>Unlike under {@link HostClock} the guest sees it when the host takes a processor away.
 */
public final class SteadyClock extends MachineClock {
  private static final long RUNNING = -1;
  private static final long LONGEST_SLEEP = 1_000_000_000;

  private final LongSupplier host;

  /** What the host's clock shows at virtual time 0, were there no pauses. */
  private volatile long zero;

  /** Virtual time while paused. */
  private volatile long pausedAt = RUNNING;

  /** Starts at 0; {@code epochSeconds} is the wall clock's time now. */
  public SteadyClock(long epochSeconds) {
    this(epochSeconds, System::nanoTime);
  }

  /** A clock that follows {@code host}, in nanoseconds. */
  SteadyClock(long epochSeconds, LongSupplier host) {
    super(epochSeconds);
    this.host = host;
    zero = host.getAsLong();
  }

  @Override
  public long now() {
    long paused = pausedAt;
    return paused == RUNNING ? host.getAsLong() - zero : paused;
  }

  @Override
  public long budget() {
    return Long.MAX_VALUE;
  }

  @Override
  public void ran(long instructions) {}

  /** Nanoseconds until the next deadline, 0 if it has come; at most a second. */
  public long untilDeadline() {
    long deadline = nextDeadline();
    long left = deadline == NEVER ? LONGEST_SLEEP : deadline - now();
    return Math.clamp(left, 0, LONGEST_SLEEP);
  }

  @Override
  public void idle(Wakeup woken) {
    woken.await(untilDeadline());
  }

  @Override
  public void pause() {
    if (pausedAt == RUNNING) {
      pausedAt = now();
    }
  }

  @Override
  public void resume() {
    if (pausedAt != RUNNING) {
      zero = host.getAsLong() - pausedAt;
      pausedAt = RUNNING;
    }
  }
}
