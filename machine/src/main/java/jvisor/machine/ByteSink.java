package jvisor.machine;

/**
 * Where a character device's output goes. Called by the machine's thread only. A sink never throws:
 * one that can take no more swallows, and has the machine stopped if that matters.
 */
public interface ByteSink {
  /**
   * Takes the low 8 bits of {@code value}; may wait for a slow reader, not for ever once stopping.
   */
  void write(int value);

  /** A sink that forgets everything. */
  static ByteSink none() {
    return value -> {};
  }
}
