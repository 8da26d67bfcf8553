package jvisor.devices.chipset;

import jvisor.platform.VmClock;

/** The ACPI power management timer: a counter of 3.579545 MHz derived from virtual time. */
final class PmTimer {
  private static final long HZ = 3_579_545;
  private static final long SECOND = 1_000_000_000;

  private final VmClock clock;
  private final int bits;
  private long origin;
  private long acknowledged;

  /**
   * @param bits 24 or 32
   */
  PmTimer(VmClock clock, int bits) {
    if (bits != 24 && bits != 32) {
      throw new IllegalArgumentException("PM timer of " + bits + " bits");
    }
    this.clock = clock;
    this.bits = bits;
    reset();
  }

  /** Starts counting at zero. */
  void reset() {
    origin = ticksAt(clock.now());
    acknowledged = 0;
  }

  private static long ticksAt(long nanos) {
    return nanos / SECOND * HZ + nanos % SECOND * HZ / SECOND;
  }

  /** The first nanosecond at which the clock has made {@code ticks}. */
  private static long nanosAt(long ticks) {
    return ticks / HZ * SECOND + (ticks % HZ * SECOND + HZ - 1) / HZ;
  }

  private long ticks() {
    return ticksAt(clock.now()) - origin;
  }

  /** The counter. */
  int value() {
    return (int) (ticks() & ((1L << bits) - 1));
  }

  /** Whether the highest bit has changed since the last {@link #acknowledge}. */
  boolean overflowed() {
    return ticks() >>> (bits - 1) != acknowledged;
  }

  /** Forgets the changes so far. */
  void acknowledge() {
    acknowledged = ticks() >>> (bits - 1);
  }

  /** When the highest bit changes next after the last acknowledged change, in virtual time. */
  long nextOverflow() {
    return nanosAt(origin + ((acknowledged + 1) << (bits - 1)));
  }
}
