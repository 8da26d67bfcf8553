package jvisor.platform;

import org.jspecify.annotations.Nullable;

/**
 * The 65,536 I/O ports. Ports without a device read as ones and swallow writes. An access that
 * spans several windows, or leaves one, is split into bytes, as the chipset does.
 */
public final class PortBus {
  /** Number of ports. */
  public static final int PORTS = 0x10000;

  private final @Nullable PortDevice[] devices = new @Nullable PortDevice[PORTS];
  private final char[] bases = new char[PORTS];
  private MachineLock lock = MachineLock.NONE;

  /** Has every access take {@code lock}; before the first one. */
  public void guard(MachineLock lock) {
    this.lock = lock;
  }

  /**
   * Attaches {@code device} at ports {@code base … base+length-1}.
   *
   * @throws IllegalStateException if a port is taken
   */
  public void attach(int base, int length, PortDevice device) {
    for (int port = base; port < base + length; port++) {
      if (devices[port] != null) {
        throw new IllegalStateException("port 0x%x is taken".formatted(port));
      }
    }
    for (int port = base; port < base + length; port++) {
      devices[port] = device;
      bases[port] = (char) base;
    }
  }

  /** Whether {@code base … base+length-1} are ports that no device has. */
  public boolean isFree(int base, int length) {
    if (base < 0 || length < 0 || base > PORTS - length) {
      return false;
    }
    for (int port = base; port < base + length; port++) {
      if (devices[port] != null) {
        return false;
      }
    }
    return true;
  }

  /** Detaches whatever is at these ports (for windows that the guest moves). */
  public void detach(int base, int length) {
    for (int port = base; port < base + length; port++) {
      devices[port] = null;
    }
  }

  /** Reads {@code size} (1, 2 or 4) bytes at {@code port}, zero-extended in an int of that size. */
  public int read(int port, int size) {
    lock.enter();
    try {
      return readAlone(port, size);
    } finally {
      lock.exit();
    }
  }

  private int readAlone(int port, int size) {
    PortDevice device = devices[port & 0xffff];
    if (device != null && within(device, port, size)) {
      return device.read(port - bases[port], size) & mask(size);
    }
    if (size == 1) {
      return 0xff;
    }
    int value = 0;
    for (int i = 0; i < size; i++) {
      value |= readAlone((port + i) & 0xffff, 1) << (8 * i);
    }
    return value;
  }

  /** Writes the low {@code size} (1, 2 or 4) bytes of {@code value} at {@code port}. */
  public void write(int port, int size, int value) {
    lock.enter();
    try {
      writeAlone(port, size, value);
    } finally {
      lock.exit();
    }
  }

  private void writeAlone(int port, int size, int value) {
    PortDevice device = devices[port & 0xffff];
    if (device != null && within(device, port, size)) {
      device.write(port - bases[port], size, value & mask(size));
    } else if (size > 1) {
      for (int i = 0; i < size; i++) {
        writeAlone((port + i) & 0xffff, 1, (value >>> (8 * i)) & 0xff);
      }
    }
  }

  private boolean within(PortDevice device, int port, int size) {
    int last = port + size - 1;
    return last < PORTS && devices[last] == device && bases[last] == bases[port];
  }

  private static int mask(int size) {
    return size == 4 ? -1 : (1 << (8 * size)) - 1;
  }
}
