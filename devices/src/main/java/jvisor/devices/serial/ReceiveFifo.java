package jvisor.devices.serial;

/** The receiver's 16 characters with their error bits; one character deep when FIFOs are off. */
final class ReceiveFifo {
  static final int DEPTH = 16;

  private final byte[] data = new byte[DEPTH];
  private final byte[] errors = new byte[DEPTH];
  private int head;
  private int count;

  int count() {
    return count;
  }

  void clear() {
    head = 0;
    count = 0;
  }

  /** Appends a character; the caller has checked for room. */
  void push(int value, int error) {
    int tail = (head + count) % DEPTH;
    data[tail] = (byte) value;
    errors[tail] = (byte) error;
    count++;
  }

  /** Removes the oldest character; an empty FIFO repeats the last one read. */
  int pop() {
    if (count == 0) {
      return data[(head + DEPTH - 1) % DEPTH] & 0xff;
    }
    int value = data[head] & 0xff;
    head = (head + 1) % DEPTH;
    count--;
    return value;
  }

  /** Replaces the newest character (a receiver without FIFO that is overrun). */
  void overwrite(int value, int error) {
    int last = (head + count - 1) % DEPTH;
    data[last] = (byte) value;
    errors[last] = (byte) error;
  }

  /** The line status error bits of the oldest character. */
  int topErrors() {
    return count == 0 ? 0 : errors[head];
  }

  void clearTopErrors() {
    if (count > 0) {
      errors[head] = 0;
    }
  }

  boolean anyError() {
    for (int i = 0; i < count; i++) {
      if (errors[(head + i) % DEPTH] != 0) {
        return true;
      }
    }
    return false;
  }
}
