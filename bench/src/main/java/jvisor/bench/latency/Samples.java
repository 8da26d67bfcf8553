package jvisor.bench.latency;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Durations in nanoseconds. */
final class Samples {
  private final long[] sorted;

  private Samples(long[] sorted) {
    this.sorted = sorted;
  }

  /**
   * Takes so many, and half as many before to warm up; between two of them the guest spins for a
   * while of random length.
   */
  static Samples take(int count, LongSupplier one) {
    long[] nanos = new long[count];
    for (int i = -count / 2; i < count; i++) {
      spin();
      nanos[Math.max(i, 0)] = one.getAsLong();
    }
    return of(nanos);
  }

  /** These durations. */
  static Samples of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Samples(sorted);
  }

  /** Leaves the guest to itself. */
  static void spin() {
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(20_000, 200_000));
  }

  int count() {
    return sorted.length;
  }

  /** The least value that at least {@code part} (0–1) of all do not exceed. */
  long quantile(double part) {
    int rank = (int) Math.ceil(part * sorted.length);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }
}
