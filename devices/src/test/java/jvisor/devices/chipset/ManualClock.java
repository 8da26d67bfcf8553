package jvisor.devices.chipset;

import java.util.ArrayList;
import java.util.List;
import jvisor.platform.VmClock;

/** Virtual time that a test moves by hand. */
final class ManualClock implements VmClock {
  private final List<Alarm> alarms = new ArrayList<>();
  private long now;

  private static final class Alarm implements Timer {
    private final Runnable expiry;
    private long deadline = Long.MAX_VALUE;

    Alarm(Runnable expiry) {
      this.expiry = expiry;
    }

    @Override
    public void arm(long deadline) {
      this.deadline = deadline;
    }

    @Override
    public void cancel() {
      deadline = Long.MAX_VALUE;
    }
  }

  /** Moves time to {@code nanos}, with every alarm that is due before, in order. */
  void moveTo(long nanos) {
    while (true) {
      Alarm next = null;
      for (Alarm alarm : alarms) {
        if (alarm.deadline <= nanos && (next == null || alarm.deadline < next.deadline)) {
          next = alarm;
        }
      }
      if (next == null) {
        now = nanos;
        return;
      }
      now = Math.max(now, next.deadline);
      next.cancel();
      next.expiry.run();
    }
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public Timer timer(Runnable expiry) {
    Alarm alarm = new Alarm(expiry);
    alarms.add(alarm);
    return alarm;
  }

  @Override
  public long epochSeconds() {
    return 0;
  }
}
