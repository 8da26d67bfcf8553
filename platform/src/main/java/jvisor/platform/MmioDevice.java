package jvisor.platform;

/**
 * The registers of a device in guest physical memory. Offsets count from the window's first byte.
 */
public interface MmioDevice {
  /** Reads {@code size} (1, 2, 4 or 8) bytes; the bits above {@code size} are ignored. */
  long read(long offset, int size);

  /** Writes the low {@code size} (1, 2, 4 or 8) bytes of {@code value}; the bits above are zero. */
  void write(long offset, int size, long value);
}
