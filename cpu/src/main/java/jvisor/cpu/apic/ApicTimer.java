package jvisor.cpu.apic;

import jvisor.platform.VmClock;

/**
 * The APIC timer (SDM vol. 3, "APIC Timer") with an input clock of 1 GHz. The count is computed
 * from the time; switching between one-shot and periodic mode goes on counting, switching from or
 * to deadlines stops the timer.
 */
final class ApicTimer {
  static final int ONE_SHOT = 0;
  static final int PERIODIC = 1;
  static final int TSC_DEADLINE = 2;

  /** The least time in nanoseconds between two alarms of a periodic timer, however fast it is. */
  static final long LEAST_SPACING = 20_000;

  private static final long STOPPED = -1;
  private static final long NEVER = Long.MAX_VALUE;

  private final VmClock clock;
  private final VmClock.Timer alarm;
  private final Runnable expiry;

  private int mode;
  private long initialCount;
  private int divideRegister;
  private int divisor = 2;

  /** When the count gets to zero next, or the deadline comes: time of the clock. */
  private long zeroAt = STOPPED;

  private long deadline;

  /** Creates the timer; {@code expiry} runs each time it gets to zero. */
  ApicTimer(VmClock clock, Runnable expiry) {
    this.clock = clock;
    this.expiry = expiry;
    this.alarm = clock.timer(this::alarm);
  }

  void reset() {
    stop();
    mode = ONE_SHOT;
    initialCount = 0;
    deadline = 0;
    divideRegister = 0;
    divisor = 2;
  }

  /** Selects the mode, 0–3; 3 is reserved and does not count. */
  void setMode(int newMode) {
    if (newMode == mode) {
      return;
    }
    catchUp();
    if (!counts(mode) || !counts(newMode)) {
      stop();
      initialCount = 0;
      deadline = 0;
    }
    mode = newMode;
  }

  int initialCount() {
    return (int) initialCount;
  }

  /** Starts counting down from {@code count} (32 bits, unsigned); 0 stops. */
  void setInitialCount(int count) {
    if (!counts(mode)) {
      return;
    }
    initialCount = count & 0xffff_ffffL;
    if (count == 0) {
      stop();
    } else {
      start(clock.now() + period());
    }
  }

  int currentCount() {
    return zeroAt == STOPPED || !counts(mode) ? 0 : (int) currentCount(clock.now());
  }

  private long currentCount(long now) {
    long left = zeroAt - now;
    if (left <= 0) {
      if (mode != PERIODIC) {
        return 0;
      }
      left += (-left / period() + 1) * period();
    }
    return (left + divisor - 1) / divisor;
  }

  int divide() {
    return divideRegister;
  }

  /** Writes the divide configuration: bits 3, 1 and 0 select 2, 4 … 128, 1. */
  void setDivide(int value) {
    catchUp();
    long now = clock.now();
    long left = zeroAt == STOPPED || !counts(mode) ? 0 : currentCount(now);
    divideRegister = value & 0x0b;
    int code = divideRegister & 3 | divideRegister >>> 1 & 4;
    divisor = code == 7 ? 1 : 2 << code;
    if (left != 0) {
      start(now + left * divisor);
    }
  }

  /** IA32_TSC_DEADLINE; 0 once it has passed. */
  long deadline() {
    catchUp();
    return deadline;
  }

  /** Arms the timer for {@code tsc}, unsigned; the TSC is {@code offset} ahead of the clock. */
  void setDeadline(long tsc, long offset) {
    if (mode != TSC_DEADLINE) {
      return;
    }
    catchUp();
    deadline = tsc;
    if (tsc == 0) {
      stop();
      return;
    }
    long now = clock.now();
    long left = tsc - (now + offset);
    if (Long.compareUnsigned(tsc, now + offset) <= 0) {
      expire(now);
    } else {
      start(left < 0 || now + left < 0 ? NEVER : now + left);
    }
  }

  private static boolean counts(int mode) {
    return mode == ONE_SHOT || mode == PERIODIC;
  }

  private long period() {
    return initialCount * divisor;
  }

  private void stop() {
    zeroAt = STOPPED;
    alarm.cancel();
  }

  private void start(long at) {
    zeroAt = at;
    if (at == NEVER) {
      alarm.cancel();
    } else {
      alarm.arm(at);
    }
  }

  private void alarm() {
    if (zeroAt == STOPPED) {
      return;
    }
    long now = clock.now();
    if (now < zeroAt) {
      alarm.arm(zeroAt);
    } else {
      expire(now);
    }
  }

  /** Does what the alarm will do, if it is late. */
  private void catchUp() {
    if (zeroAt != STOPPED) {
      long now = clock.now();
      if (now >= zeroAt) {
        expire(now);
      }
    }
  }

  private void expire(long now) {
    if (mode == PERIODIC) {
      long period = period();
      zeroAt += ((now - zeroAt) / period + 1) * period;
      alarm.arm(period >= LEAST_SPACING ? zeroAt : Math.max(zeroAt, now + LEAST_SPACING));
    } else {
      stop();
      deadline = 0;
    }
    expiry.run();
  }
}
