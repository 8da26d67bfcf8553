package jvisor.machine.lockstep;

/** Takes a pair from power-on by slices, each ending in single steps; always by the same ones. */
final class Walk {
  /** Instructions in a slice. */
  static final int SLICE = 10_000;

  /** Single steps at the end of a slice. */
  static final int TAIL = 24;

  private Walk() {}

  /** The count at which the slice ends that begins, or goes on, at {@code count}. */
  static long endOfSlice(long count) {
    return (count / SLICE + 1) * SLICE;
  }

  /** Runs to the end of the slice, or until the guest ends or waits for the host. */
  static void slice(Pair pair) {
    to(pair, endOfSlice(pair.count()));
  }

  /** Runs to {@code end}, the last instructions by single steps. */
  static void to(Pair pair, long end) {
    pair.runTo(end - TAIL);
    boolean goesOn = true;
    while (goesOn && pair.count() < end && !pair.hasEnded()) {
      long before = pair.count();
      pair.step();
      goesOn = pair.count() != before;
    }
  }

  /**
   * Runs a new pair by slices until {@code count}, at which a slice had ended or both had waited
   * for the host.
   */
  static void again(Pair pair, Typing.Again typing, long count) {
    typing.type(pair);
    while (pair.count() < count && !pair.hasEnded()) {
      long before = pair.count();
      slice(pair);
      pair.forget();
      typing.type(pair);
      if (pair.count() == before && pair.waitsForHost()) {
        return;
      }
    }
  }
}
