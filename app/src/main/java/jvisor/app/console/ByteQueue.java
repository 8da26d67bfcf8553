package jvisor.app.console;

import java.util.function.BooleanSupplier;

/** A bounded queue of bytes between two threads. */
final class ByteQueue {
  private final byte[] ring;
  private int head;
  private volatile int size;
  private boolean closed;

  ByteQueue(int capacity) {
    ring = new byte[capacity];
  }

  /** Adds one byte, waiting for room; answers false, the byte forgotten, if the queue is closed. */
  synchronized boolean put(int value) {
    if (size == ring.length) {
      awaitUntil(() -> size < ring.length);
    }
    return offer(value);
  }

  /** Adds one byte if there is room and the queue is open. */
  synchronized boolean offer(int value) {
    if (closed || size == ring.length) {
      return false;
    }
    int tail = head + size;
    ring[tail < ring.length ? tail : tail - ring.length] = (byte) value;
    if (size++ == 0) {
      notifyAll();
    }
    return true;
  }

  /** Takes one byte (0–255), or answers -1 at once if there is none. */
  int poll() {
    if (size == 0) {
      return -1;
    }
    synchronized (this) {
      if (size == 0) {
        return -1;
      }
      int value = ring[head] & 0xff;
      drop(1);
      return value;
    }
  }

  /**
   * Copies what there is into {@code target} without taking it, waiting for at least one byte;
   * answers -1 once the queue is closed and empty.
   */
  synchronized int peek(byte[] target) {
    awaitUntil(() -> size > 0);
    if (size == 0) {
      return -1;
    }
    int count = Math.min(size, target.length);
    int first = Math.min(count, ring.length - head);
    System.arraycopy(ring, head, target, 0, first);
    System.arraycopy(ring, 0, target, first, count - first);
    return count;
  }

  /** Takes {@code count} bytes that {@link #peek} has shown. */
  synchronized void drop(int count) {
    boolean full = size == ring.length;
    head = (head + count) % ring.length;
    size -= count;
    if (full || size == 0) {
      notifyAll();
    }
  }

  /** Waits at most {@code millis} until all is taken; answers whether it is. */
  synchronized boolean awaitEmpty(long millis) {
    long deadline = System.nanoTime() + millis * 1_000_000;
    while (size > 0) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** Takes no more bytes and lets nobody wait; what is in can still be taken. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Closes the queue and forgets what is in it. */
  synchronized void abandon() {
    closed = true;
    size = 0;
    notifyAll();
  }

  private synchronized void awaitUntil(BooleanSupplier wish) {
    while (!wish.getAsBoolean() && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        // Only a process that ends interrupts; nobody waits for these bytes any more.
        Thread.currentThread().interrupt();
        closed = true;
      }
    }
  }
}
