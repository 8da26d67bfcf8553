package jvisor.platform;

/**
 * The registers of a device in the x86 I/O port space. Offsets count from the window's first port.
 */
public interface PortDevice {
  /**
   * Reads {@code size} (1, 2 or 4) bytes. The result's bits above {@code size} are ignored. The bus
   * splits accesses that leave the window; the device answers any size inside it.
   */
  int read(int offset, int size);

  /** Writes the low {@code size} (1, 2 or 4) bytes of {@code value}; the bits above are zero. */
  void write(int offset, int size, int value);
}
