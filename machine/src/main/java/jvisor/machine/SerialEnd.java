package jvisor.machine;

/**
 * The host's end of a serial line. The machine pulls input when its receiver has room, so that a
 * paste of any length neither overflows the guest nor waits in unbounded memory.
 */
public interface SerialEnd extends ByteSink {
  /**
   * The next byte for the guest (0–255), or -1 if there is none now; never waits. Machine's thread.
   */
  int read();

  /**
   * Sets what to call, from any thread, when bytes have come after {@link #read} answered -1. Set
   * once, before the machine runs; it may be called more often than needed.
   */
  void onReadable(Runnable notice);

  /** An end that takes output to {@code sink} and never has input. */
  static SerialEnd outputOnly(ByteSink sink) {
    return new SerialEnd() {
      @Override
      public void write(int value) {
        sink.write(value);
      }

      @Override
      public int read() {
        return -1;
      }

      @Override
      public void onReadable(Runnable notice) {}
    };
  }
}
