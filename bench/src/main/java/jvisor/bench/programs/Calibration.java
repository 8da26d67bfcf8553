package jvisor.bench.programs;

/**
 * How many units a run has. Engines differ a hundredfold, so each has a count of its own that takes
 * about the time wanted; what is compared is the time of a unit.
 */
final class Calibration {
  private static final long FASTEST_GROWTH = 100;
  private static final double ENOUGH = 0.5;

  private final long target;
  private long count = 1;
  private int enough;

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
    return enough == 2;
  }

  /** Learns that {@link #count} units took {@code nanos}. */
  void took(long nanos) {
    double wanted = (double) count * target / Math.max(nanos, 1);
    boolean near = nanos >= target * ENOUGH;
    enough = near ? enough + 1 : 0;
    long next = near ? Math.max(1, Math.round(wanted)) : Math.max(2 * count, (long) wanted);
    count = Math.min(next, FASTEST_GROWTH * count);
  }
}
