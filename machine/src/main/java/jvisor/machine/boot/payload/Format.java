package jvisor.machine.boot.payload;

/** A way to pack a kernel, told by the first bytes. */
public enum Format {
  /** RFC 1952. */
  GZIP(0x1f, 0x8b),
  /** The xz container. */
  XZ(0xfd, '7', 'z', 'X', 'Z', 0),
  /** RFC 8878. */
  ZSTD(0x28, 0xb5, 0x2f, 0xfd),
  /** The frame that lz4 had first: blocks of 8 MiB. */
  LZ4_LEGACY(0x02, 0x21, 0x4c, 0x18),
  /** The .lzma container with the default properties. */
  LZMA(0x5d, 0x00, 0x00),
  /** bzip2. */
  BZIP2('B', 'Z', 'h'),
  /** Not packed at all. */
  ELF(0x7f, 'E', 'L', 'F'),
  /** None of these. */
  UNKNOWN;

  /** The magic bytes as characters. */
  private final String magic;

  Format(int... magic) {
    this.magic = new String(magic, 0, magic.length);
  }

  /** The format of what starts at {@code offset} and has {@code length} bytes. */
  public static Format of(byte[] data, int offset, int length) {
    for (Format format : values()) {
      if (format != UNKNOWN && format.matches(data, offset, length)) {
        return format;
      }
    }
    return UNKNOWN;
  }

  private boolean matches(byte[] data, int offset, int length) {
    if (length < magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if ((data[offset + i] & 0xff) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
