package jvisor.devices;

import java.util.ArrayList;
import java.util.List;
import jvisor.platform.VmClock;

/** A clock that tests turn by hand. Timers fire on time, or late if {@link #jump} is used. */
public final class TestClock implements VmClock {
  private static final long UNARMED = Long.MAX_VALUE;

  private final List<TestTimer> timers = new ArrayList<>();
  private final long epochSeconds;
  private long now;

  public TestClock() {
    this(0);
  }

  public TestClock(long epochSeconds) {
    this.epochSeconds = epochSeconds;
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public long epochSeconds() {
    return epochSeconds;
  }

  @Override
  public Timer timer(Runnable expiry) {
    TestTimer timer = new TestTimer(expiry);
    timers.add(timer);
    return timer;
  }

  /** Lets time pass; every timer fires exactly at its deadline. */
  public void advance(long nanos) {
    long end = now + nanos;
    for (TestTimer next = earliest(); next.deadline <= end; next = earliest()) {
      now = Math.max(now, next.deadline);
      next.fire();
    }
    now = end;
  }

  /** Lets time pass without looking; then timers that are due fire, late. */
  public void jump(long nanos) {
    now += nanos;
    advance(0);
  }

  /** Lets time pass without looking; timers stay due. */
  public void jumpUnseen(long nanos) {
    now += nanos;
  }

  /** The number of armed timers. */
  public int armed() {
    return (int) timers.stream().filter(timer -> timer.deadline != UNARMED).count();
  }

  private TestTimer earliest() {
    TestTimer earliest = new TestTimer(() -> {});
    for (TestTimer timer : timers) {
      if (timer.deadline < earliest.deadline) {
        earliest = timer;
      }
    }
    return earliest;
  }

  private static final class TestTimer implements Timer {
    private final Runnable expiry;
    private long deadline = UNARMED;

    TestTimer(Runnable expiry) {
      this.expiry = expiry;
    }

    @Override
    public void arm(long deadline) {
      this.deadline = deadline;
    }

    @Override
    public void cancel() {
      deadline = UNARMED;
    }

    void fire() {
      deadline = UNARMED;
      expiry.run();
    }
  }
}
