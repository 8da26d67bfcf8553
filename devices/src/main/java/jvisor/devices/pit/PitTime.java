package jvisor.devices.pit;

/** Converts between virtual nanoseconds and ticks of the timer's input clock. */
final class PitTime {
  static final long HZ = 1_193_182;
  static final long NEVER = Long.MAX_VALUE;

  private static final long SECOND = 1_000_000_000L;

  private PitTime() {}

  /** The number of ticks that have passed at {@code nanos}. */
  static long ticks(long nanos) {
    return nanos / SECOND * HZ + nanos % SECOND * HZ / SECOND;
  }

  /** The first nanosecond at which {@code ticks} have passed. */
  static long nanos(long ticks) {
    return ticks / HZ * SECOND + (ticks % HZ * SECOND + HZ - 1) / HZ;
  }
}
