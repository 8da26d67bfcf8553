package jvisor.devices;

import jvisor.platform.PortDevice;

/**
 * A chip on an eight-bit data bus: the chipset breaks wider accesses into bytes, lowest port first
 * (82371SB, "ISA bus cycles").
 */
public interface ByteWidePorts extends PortDevice {
  /** Reads the register at {@code offset}; the answer is 0–255. */
  int readByte(int offset);

  /** Writes {@code value} (0–255) to the register at {@code offset}. */
  void writeByte(int offset, int value);

  @Override
  default int read(int offset, int size) {
    int value = 0;
    for (int i = 0; i < size; i++) {
      value |= (readByte(offset + i) & 0xff) << (8 * i);
    }
    return value;
  }

  @Override
  default void write(int offset, int size, int value) {
    for (int i = 0; i < size; i++) {
      writeByte(offset + i, (value >>> (8 * i)) & 0xff);
    }
  }
}
