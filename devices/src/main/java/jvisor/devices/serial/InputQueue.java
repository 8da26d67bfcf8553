package jvisor.devices.serial;

/** Bytes that wait for the receiver; only {@link #room} may be asked by other threads. */
final class InputQueue {
  static final int CAPACITY = 4096;

  private final byte[] data = new byte[CAPACITY];
  private int head;
  private volatile int count;

  int count() {
    return count;
  }

  int room() {
    return CAPACITY - count;
  }

  boolean offer(byte value) {
    int held = count;
    if (held == CAPACITY) {
      return false;
    }
    data[(head + held) % CAPACITY] = value;
    count = held + 1;
    return true;
  }

  int poll() {
    int value = data[head] & 0xff;
    int held = count;
    head = (head + 1) % CAPACITY;
    count = held - 1;
    return value;
  }
}
