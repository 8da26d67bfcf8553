package jvisor.machine;

/** Where virtual time comes from. */
public sealed interface ClockSource {
  /** The host's monotonic clock. */
  record Host() implements ClockSource {}

  /**
   * The count of retired instructions; two runs with one seed are then the same.
   *
   * @param mips instructions that make a microsecond of virtual time, at least 1
   */
  record Instructions(int mips) implements ClockSource {
    public Instructions {
      if (mips < 1) {
        throw new IllegalArgumentException("mips " + mips);
      }
    }
  }
}
