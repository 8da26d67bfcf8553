package jvisor.platform;

import java.util.Map;
import java.util.TreeMap;

/** Guest physical addresses that are not memory. What no device claims reads as ones. */
public final class MmioBus {
  private record Window(long base, long length, MmioDevice device) {}

  private final TreeMap<Long, Window> windows = new TreeMap<>(Long::compareUnsigned);

  /**
   * Attaches {@code device} at gpa {@code base … base+length-1}.
   *
   * @throws IllegalStateException if the range overlaps another window
   */
  public void attach(long base, long length, MmioDevice device) {
    Map.Entry<Long, Window> below = windows.floorEntry(base + length - 1);
    if (below != null && below.getKey() + below.getValue().length > base) {
      throw new IllegalStateException("gpa 0x%x is taken".formatted(base));
    }
    windows.put(base, new Window(base, length, device));
  }

  /** Detaches the window that starts at {@code base}, if there is one. */
  public void detach(long base) {
    windows.remove(base);
  }

  /** Reads {@code size} (1–8) bytes; parts outside every window read as ones. */
  public long read(long gpa, int size) {
    Map.Entry<Long, Window> entry = windows.floorEntry(gpa);
    if (entry != null && gpa - entry.getKey() + size <= entry.getValue().length) {
      return entry.getValue().device.read(gpa - entry.getKey(), size) & mask(size);
    }
    if (size == 1 || entry == null || gpa - entry.getKey() >= entry.getValue().length) {
      return mask(size);
    }
    return read(gpa, 1) | read(gpa + 1, size - 1) << 8;
  }

  /** Writes {@code size} (1–8) bytes; parts outside every window are lost. */
  public void write(long gpa, int size, long value) {
    Map.Entry<Long, Window> entry = windows.floorEntry(gpa);
    if (entry == null || gpa - entry.getKey() >= entry.getValue().length) {
      return;
    }
    if (gpa - entry.getKey() + size <= entry.getValue().length) {
      entry.getValue().device.write(gpa - entry.getKey(), size, value & mask(size));
    } else {
      write(gpa, 1, value & 0xff);
      write(gpa + 1, size - 1, value >>> 8);
    }
  }

  private static long mask(int size) {
    return size == 8 ? -1L : (1L << (8 * size)) - 1;
  }
}
