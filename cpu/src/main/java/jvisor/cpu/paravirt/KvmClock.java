package jvisor.cpu.paravirt;

import java.util.function.LongSupplier;
import jvisor.cpu.vcpu.ParavirtPort;
import jvisor.platform.GuestMemory;
import jvisor.platform.VmClock;

/**
 * kvmclock of one processor: a record in guest memory by which the guest computes the machine's
 * time from the TSC. The TSC counts nanoseconds at a constant offset from the machine's clock, so a
 * record stays true until the TSC is written.
 */
public final class KvmClock implements ParavirtPort {
  private static final int WALL_CLOCK_OLD = 0x11;
  private static final int SYSTEM_TIME_OLD = 0x12;
  private static final int WALL_CLOCK = 0x4b56_4d00;
  private static final int SYSTEM_TIME = 0x4b56_4d01;

  private static final long ENABLED = 1;

  /** 2^-1: with the shift below, one tick is one nanosecond. */
  private static final int TSC_TO_SYSTEM_MUL = 0x8000_0000;

  private static final int TSC_SHIFT = 1;
  private static final int TSC_STABLE = 1;

  private static final int TIME_TSC_TIMESTAMP = 8;
  private static final int TIME_SYSTEM_TIME = 16;
  private static final int TIME_MUL = 24;
  private static final int TIME_SHIFT = 28;
  private static final int TIME_FLAGS = 29;

  private static final int WALL_SECONDS = 4;
  private static final int WALL_NANOSECONDS = 8;

  private final GuestMemory memory;
  private final VmClock clock;
  private final LongSupplier tscOffset;
  private long wallClock;
  private long systemTime;
  private int version;

  /**
   * Creates the clock, switched off.
   *
   * @param tscOffset what the processor's TSC is ahead of {@code clock} now
   */
  public KvmClock(GuestMemory memory, VmClock clock, LongSupplier tscOffset) {
    this.memory = memory;
    this.clock = clock;
    this.tscOffset = tscOffset;
  }

  /** Forgets the guest's addresses, as reset does. */
  public void reset() {
    wallClock = 0;
    systemTime = 0;
  }

  @Override
  public boolean has(int msr) {
    return msr == WALL_CLOCK_OLD
        || msr == SYSTEM_TIME_OLD
        || msr == WALL_CLOCK
        || msr == SYSTEM_TIME;
  }

  @Override
  public long read(int msr) {
    return msr == WALL_CLOCK_OLD || msr == WALL_CLOCK ? wallClock : systemTime;
  }

  @Override
  public boolean write(int msr, long value) {
    if (msr == WALL_CLOCK_OLD || msr == WALL_CLOCK) {
      wallClock = value;
      if (value != 0) {
        writeWallClock(value);
      }
    } else {
      systemTime = value;
      writeSystemTime();
    }
    return true;
  }

  @Override
  public void tscChanged() {
    writeSystemTime();
  }

  /** struct pvclock_vcpu_time_info; the version is odd while the rest is being written. */
  private void writeSystemTime() {
    if ((systemTime & ENABLED) == 0) {
      return;
    }
    long gpa = systemTime & ~ENABLED;
    long now = clock.now();
    memory.write(gpa, 4, version + 1);
    memory.write(gpa + TIME_TSC_TIMESTAMP, 8, now + tscOffset.getAsLong());
    memory.write(gpa + TIME_SYSTEM_TIME, 8, now);
    memory.write(gpa + TIME_MUL, 4, TSC_TO_SYSTEM_MUL);
    memory.write(gpa + TIME_SHIFT, 1, TSC_SHIFT);
    memory.write(gpa + TIME_FLAGS, 1, TSC_STABLE);
    version += 2;
    memory.write(gpa, 4, version);
  }

  /** struct pvclock_wall_clock: the wall clock's time when the machine's clock was 0. */
  private void writeWallClock(long gpa) {
    int odd = (int) memory.read(gpa, 4) | 1;
    memory.write(gpa, 4, odd);
    memory.write(gpa + WALL_SECONDS, 4, clock.epochSeconds());
    memory.write(gpa + WALL_NANOSECONDS, 4, 0);
    memory.write(gpa, 4, odd + 1);
  }
}
