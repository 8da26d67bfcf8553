package jvisor.machine.clock;

import java.util.ArrayList;
import java.util.List;
import jvisor.platform.VmClock;

/** What the machine's loop asks of its clock, and the timers that every clock has. */
public abstract sealed class MachineClock implements VmClock
    permits HostClock, InstructionClock, SteadyClock {
  /** The deadline of a timer that is not armed. */
  public static final long NEVER = Long.MAX_VALUE;

  private final List<Alarm> alarms = new ArrayList<>();
  private final long epochSeconds;
  private long nextDeadline = NEVER;
  private Runnable earlier = () -> {};

  MachineClock(long epochSeconds) {
    this.epochSeconds = epochSeconds;
  }

  @Override
  public final long epochSeconds() {
    return epochSeconds;
  }

  @Override
  public final Timer timer(Runnable expiry) {
    Alarm alarm = new Alarm(expiry);
    alarms.add(alarm);
    return alarm;
  }

  /** Sets what to do when a timer is armed to fire before all others: end the running slice. */
  public final void onEarlier(Runnable action) {
    earlier = action;
  }

  /** When the next armed timer is due, in nanoseconds of {@link #now}, or {@link #NEVER}. */
  public final long nextDeadline() {
    return nextDeadline;
  }

  /**
   * Runs the expiry of every timer that is due, earliest first, of equal ones the oldest first. A
   * timer that arms itself again in the past runs again at the next call only, so that a late
   * machine makes progress between ticks.
   */
  public final void fireDue() {
    long now = now();
    int guard = alarms.size();
    while (nextDeadline <= now && guard-- > 0) {
      Alarm due = null;
      for (Alarm alarm : alarms) {
        if (alarm.deadline <= now && (due == null || alarm.deadline < due.deadline)) {
          due = alarm;
        }
      }
      if (due == null) {
        return;
      }
      due.deadline = NEVER;
      recompute();
      due.expiry.run();
    }
  }

  /** How many instructions may run before the machine looks at its timers again, at least 1. */
  public abstract long budget();

  /** Told after each run, so that the clock learns how fast the guest is. */
  public abstract void ran(long instructions);

  /**
   * Lets virtual time pass while the processors wait: returns once the next deadline has come or
   * {@code woken} has been raised.
   */
  public abstract void idle(Wakeup woken);

  /** Stops the flow of time, as while nothing of the guest may be seen to happen. */
  public abstract void pause();

  /** Lets time flow on from where {@link #pause} stopped it. */
  public abstract void resume();

  private void recompute() {
    long next = NEVER;
    for (Alarm alarm : alarms) {
      next = Math.min(next, alarm.deadline);
    }
    nextDeadline = next;
  }

  private final class Alarm implements Timer {
    private final Runnable expiry;
    private long deadline = NEVER;

    Alarm(Runnable expiry) {
      this.expiry = expiry;
    }

    @Override
    public void arm(long when) {
      deadline = when;
      long before = nextDeadline;
      recompute();
      if (nextDeadline < before) {
        earlier.run();
      }
    }

    @Override
    public void cancel() {
      deadline = NEVER;
      recompute();
    }
  }
}
