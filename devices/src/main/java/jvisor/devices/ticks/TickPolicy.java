package jvisor.devices.ticks;

/**
 * How late ticks are delivered.
 *
 * @param maxOwed how many ticks may wait; more are forgotten (0 coalesces all that are late into
 *     one)
 * @param minSpacing the shortest time in nanoseconds between two ticks, also of a faster timer
 */
public record TickPolicy(int maxOwed, long minSpacing) {
  /** Up to 250 ticks, at most ten thousand a second. */
  public static final TickPolicy DEFAULT = new TickPolicy(250, 100_000);

  /** Checks the ranges. */
  public TickPolicy {
    if (maxOwed < 0 || minSpacing < 0) {
      throw new IllegalArgumentException("tick policy: " + maxOwed + ", " + minSpacing);
    }
  }
}
