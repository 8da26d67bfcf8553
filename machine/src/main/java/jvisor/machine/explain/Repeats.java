package jvisor.machine.explain;

import java.util.function.Consumer;

/** Counts what happens again and again in place of explaining it again. */
final class Repeats {
  private final Consumer<String> lines;
  private String key = "";
  private long count;

  Repeats(Consumer<String> lines) {
    this.lines = lines;
  }

  /** Whether {@code what} is what has just been explained; it is counted then. */
  boolean isAgain(String what) {
    if (!what.equals(key)) {
      return false;
    }
    count++;
    return true;
  }

  /** {@code what} is being explained. */
  void begin(String what) {
    key = what;
  }

  /** Something else follows. */
  void end() {
    if (count > 0) {
      lines.accept("   and %,d more of these".formatted(count));
    }
    count = 0;
    key = "";
  }
}
