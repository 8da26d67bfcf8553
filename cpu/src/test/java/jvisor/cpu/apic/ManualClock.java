package jvisor.cpu.apic;

import java.util.ArrayList;
import java.util.List;
import jvisor.platform.VmClock;

/** A clock that tests turn by hand. Timers fire on time, or late if {@link #jump} is used. */
final class ManualClock implements VmClock {
  private static final long UNARMED = Long.MAX_VALUE;

  private final List<ManualTimer> timers = new ArrayList<>();
  private long now;
  private int fired;

  @Override
  public long now() {
    return now;
  }

  @Override
  public long epochSeconds() {
    return 0;
  }

  @Override
  public Timer timer(Runnable expiry) {
    ManualTimer timer = new ManualTimer(expiry);
    timers.add(timer);
    return timer;
  }

  /** Lets time pass; every timer fires exactly at its deadline. */
  void advance(long nanos) {
    long end = now + nanos;
    for (ManualTimer next = earliest(); next.deadline <= end; next = earliest()) {
      now = Math.max(now, next.deadline);
      next.deadline = UNARMED;
      fired++;
      next.expiry.run();
    }
    now = end;
  }

  /** Lets time pass with timers that are due firing only at its end. */
  void jump(long nanos) {
    now += nanos;
    advance(0);
  }

  /** Lets time pass; timers stay due. */
  void jumpUnseen(long nanos) {
    now += nanos;
  }

  /** How many times a timer has fired. */
  int fired() {
    return fired;
  }

  private ManualTimer earliest() {
    ManualTimer earliest = new ManualTimer(() -> {});
    for (ManualTimer timer : timers) {
      if (timer.deadline < earliest.deadline) {
        earliest = timer;
      }
    }
    return earliest;
  }

  private static final class ManualTimer implements Timer {
    private final Runnable expiry;
    private long deadline = UNARMED;

    ManualTimer(Runnable expiry) {
      this.expiry = expiry;
    }

    @Override
    public void arm(long at) {
      deadline = at;
    }

    @Override
    public void cancel() {
      deadline = UNARMED;
    }
  }
}
