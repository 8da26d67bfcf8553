package jvisor.cpu.apic;

/**
 * The error status register (SDM vol. 3, "Error Handling"): errors collect unseen until a write
 * makes them readable and starts collecting anew.
 */
final class ErrorStatus {
  static final int SEND_ILLEGAL_VECTOR = 1 << 5;
  static final int RECEIVE_ILLEGAL_VECTOR = 1 << 6;
  static final int ILLEGAL_REGISTER = 1 << 7;

  private int collected;
  private int readable;
  private boolean armed = true;

  void reset() {
    collected = 0;
    readable = 0;
    armed = true;
  }

  int read() {
    return readable;
  }

  void write() {
    readable = collected;
    collected = 0;
    armed = true;
  }

  void log(int error) {
    collected |= error;
  }

  /** Takes the right to interrupt, which there is once per write. */
  boolean takeInterrupt() {
    boolean was = armed;
    armed = false;
    return was;
  }
}
