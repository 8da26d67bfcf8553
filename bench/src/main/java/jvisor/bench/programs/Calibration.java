package jvisor.bench.programs;

/**
 * How many units a run has. Engines differ a hundredfold, so each has a count of its own that takes
 * about the time wanted; what is compared is the time of a unit.
 */
final class Calibration {
  private static final long FASTEST_GROWTH = 100;
  private static final double ENOUGH = 0.25;

  private final long target;
  private long count = 1;
  private boolean done;

  /** For runs of about {@code target} nanoseconds. */
  Calibration(long target) {
    this.target = target;
  }

  /** The units to run next. */
  long count() {
    return count;
  }

  /** Whether {@link #count} is the number to measure with. */
  boolean done() {
    return done;
  }

  /** Learns that {@link #count} units took {@code nanos}. */
  void took(long nanos) {
    double wanted = (double) count * target / Math.max(nanos, 1);
    done = nanos >= target * ENOUGH;
    long next = done ? Math.max(1, Math.round(wanted)) : Math.max(2 * count, (long) wanted);
    count = Math.min(next, FASTEST_GROWTH * count);
  }
}
