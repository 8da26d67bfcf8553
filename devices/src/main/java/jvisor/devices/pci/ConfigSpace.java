package jvisor.devices.pci;

/**
 * The bytes of one function's configuration space, each bit of which is read-only, writable, or
 * cleared by writing one. All values are little-endian.
 */
public final class ConfigSpace {
  /** Bytes that a conventional function has. */
  public static final int CONVENTIONAL = 256;

  /** Bytes that a PCI Express function has. */
  public static final int EXTENDED = 4096;

  private final byte[] value;
  private final byte[] initial;
  private final byte[] writable;
  private final byte[] clearable;

  ConfigSpace(int size) {
    if (size != CONVENTIONAL && size != EXTENDED) {
      throw new IllegalArgumentException("configuration space of " + size + " bytes");
    }
    value = new byte[size];
    initial = new byte[size];
    writable = new byte[size];
    clearable = new byte[size];
  }

  /** Its length in bytes, {@link #CONVENTIONAL} or {@link #EXTENDED}. */
  public int size() {
    return value.length;
  }

  /**
   * Gives a register of {@code size} (1–8) bytes its power-on value and the mask of the bits that
   * software can write. For the construction of a device, not for the guest.
   */
  public void define(int offset, int size, long powerOn, long writableMask) {
    for (int i = 0; i < size; i++) {
      initial[offset + i] = (byte) (powerOn >>> (8 * i));
      value[offset + i] = initial[offset + i];
      writable[offset + i] = (byte) (writableMask >>> (8 * i));
    }
  }

  /** Makes the bits in {@code mask} of a register clear when software writes ones to them. */
  public void defineClearable(int offset, int size, long mask) {
    for (int i = 0; i < size; i++) {
      clearable[offset + i] = (byte) (mask >>> (8 * i));
    }
  }

  /** The register's value as the device sees it, {@code size} 1–8 bytes, zero-extended. */
  public long get(int offset, int size) {
    long result = 0;
    for (int i = size - 1; i >= 0; i--) {
      result = result << 8 | (value[offset + i] & 0xff);
    }
    return result;
  }

  /** Sets a register from the device's side, whatever software may write. */
  public void set(int offset, int size, long newValue) {
    for (int i = 0; i < size; i++) {
      value[offset + i] = (byte) (newValue >>> (8 * i));
    }
  }

  /** A read by software, 1–4 bytes at any offset; bytes behind the end are ones. */
  int read(int offset, int size) {
    int result = 0;
    for (int i = 0; i < size; i++) {
      int at = offset + i;
      int octet = at >= 0 && at < value.length ? value[at] & 0xff : 0xff;
      result |= octet << (8 * i);
    }
    return result;
  }

  /** A write by software, 1–4 bytes at any offset; bytes behind the end are lost. */
  void write(int offset, int size, int newValue) {
    for (int i = 0; i < size; i++) {
      int at = offset + i;
      if (at >= 0 && at < value.length) {
        int octet = newValue >>> (8 * i);
        int kept = value[at] & ~writable[at] & ~(clearable[at] & octet);
        value[at] = (byte) (kept | (octet & writable[at]));
      }
    }
  }

  void reset() {
    System.arraycopy(initial, 0, value, 0, value.length);
  }
}
