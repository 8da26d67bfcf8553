package jvisor.platform;

import java.util.Map;
import java.util.TreeMap;

/** Guest physical addresses that are not memory. What no device claims reads as ones. */
public final class MmioBus {
  private record Window(long base, long length, MmioDevice device) {
    /** Whether the device takes this as one access; {@code gpa} is not below the base. */
    boolean holds(long gpa, int size) {
      return Long.compareUnsigned(gpa - base, length - size) <= 0
          && length >= size
          && (size & (size - 1)) == 0;
    }
  }

  private final TreeMap<Long, Window> windows = new TreeMap<>(Long::compareUnsigned);
  private MachineLock lock = MachineLock.NONE;

  /** Has every access take {@code lock}; before the first one. */
  public void guard(MachineLock lock) {
    this.lock = lock;
  }

  /**
   * Attaches {@code device} at gpa {@code base … base+length-1}.
   *
   * @throws IllegalStateException if the range overlaps another window
   */
  public void attach(long base, long length, MmioDevice device) {
    if (!isFree(base, length)) {
      throw new IllegalStateException("gpa 0x%x is taken".formatted(base));
    }
    windows.put(base, new Window(base, length, device));
  }

  /** Whether {@code base … base+length-1} lies in the address space and in no window. */
  public boolean isFree(long base, long length) {
    long last = base + length - 1;
    if (length <= 0 || Long.compareUnsigned(last, base) < 0) {
      return false;
    }
    Map.Entry<Long, Window> below = windows.floorEntry(last);
    return below == null
        || Long.compareUnsigned(below.getKey() + below.getValue().length - 1, base) < 0;
  }

  /** Detaches the window that starts at {@code base}, if there is one. */
  public void detach(long base) {
    windows.remove(base);
  }

  /**
   * Reads {@code size} (1–8) bytes; parts outside every window read as ones. What does not lie
   * wholly in one window, or is no power of two, is split into bytes.
   */
  public long read(long gpa, int size) {
    lock.enter();
    try {
      return readAlone(gpa, size);
    } finally {
      lock.exit();
    }
  }

  private long readAlone(long gpa, int size) {
    Map.Entry<Long, Window> entry = windows.floorEntry(gpa);
    if (entry != null && entry.getValue().holds(gpa, size)) {
      return entry.getValue().device.read(gpa - entry.getKey(), size) & mask(size);
    }
    if (size == 1) {
      return 0xff;
    }
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= readAlone(gpa + i, 1) << (8 * i);
    }
    return value;
  }

  /**
   * Writes {@code size} (1–8) bytes, split as {@link #read}; parts outside every window are lost.
   */
  public void write(long gpa, int size, long value) {
    lock.enter();
    try {
      writeAlone(gpa, size, value);
    } finally {
      lock.exit();
    }
  }

  private void writeAlone(long gpa, int size, long value) {
    Map.Entry<Long, Window> entry = windows.floorEntry(gpa);
    if (entry != null && entry.getValue().holds(gpa, size)) {
      entry.getValue().device.write(gpa - entry.getKey(), size, value & mask(size));
    } else if (size > 1) {
      for (int i = 0; i < size; i++) {
        writeAlone(gpa + i, 1, (value >>> (8 * i)) & 0xff);
      }
    }
  }

  private static long mask(int size) {
    return size == 8 ? -1L : (1L << (8 * size)) - 1;
  }
}
