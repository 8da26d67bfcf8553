package jvisor.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Faults of emitted code beside those that the Java virtual machine makes use of itself. */
final class JavaFaults {
  private static final int ROUNDS = 20_000;

  private JavaFaults() {}

  /** Everything at once: faults on one thread, collections and Java's own faults on this one. */
  static void check() throws InterruptedException {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    try (FaultyCode code = new FaultyCode();
        HostFaults guard = code.guarded()) {
      Thread emitted =
          new Thread(() -> {
            for (int n = 0; n < ROUNDS; n++) {
              code.fault(n % 2 == 0 ? FaultyCode.READ : FaultyCode.DIVIDE, 64);
            }
          });
      emitted.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
      emitted.start();
      do {
        assertThat(nullPointers(20_000)).isEqualTo(20_000 / 4);
        assertThat(divisions(20_000)).isEqualTo(20_000 / 4);
        assertThat(overflows()).isTrue();
        System.gc();
      } while (emitted.isAlive());
      emitted.join();
    }
    assertThat(failure.get()).isNull();
  }

  private static int nullPointers(int rounds) {
    int thrown = 0;
    for (int n = 0; n < rounds; n++) {
      try {
        lengthOf(n % 4 == 0 ? null : new int[1]);
      } catch (NullPointerException e) {
        thrown++;
      }
    }
    return thrown;
  }

  @SuppressWarnings("NullAway") // the null is the point
  private static int lengthOf(int @Nullable [] array) {
    return array.length;
  }

  private static int divisions(int rounds) {
    int thrown = 0;
    int sum = 0;
    for (int n = 0; n < rounds; n++) {
      try {
        sum += 1000 / (n % 4);
      } catch (ArithmeticException e) {
        thrown++;
      }
    }
    return sum == 0 ? 0 : thrown;
  }

  private static boolean overflows() {
    try {
      return deeper(0) < 0;
    } catch (StackOverflowError e) {
      return true;
    }
  }

  private static long deeper(long depth) {
    return deeper(depth + 1) + depth;
  }
}
