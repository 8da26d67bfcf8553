package jvisor.machine.boot.payload;

import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;

/**
 * The legacy frame: the magic number, then blocks, each a length of four bytes and that many bytes,
 * each unpacking to at most 8 MiB. Another magic number may stand in place of a length.
 */
final class Lz4LegacyFrame {
  private static final int MAGIC = 0x184c2102;

  private Lz4LegacyFrame() {}

  /** Unpacks {@code data[offset … offset+length-1]} into {@code out} and answers the bytes made. */
  static int unpack(byte[] data, int offset, int length, byte[] out) throws PayloadException {
    Lz4JavaDecompressor blocks = new Lz4JavaDecompressor();
    int end = offset + length;
    int at = offset;
    int made = 0;
    while (end - at >= 4) {
      int size = littleEndian(data, at);
      at += 4;
      if (size == MAGIC) {
        continue;
      }
      if (size <= 0 || size > end - at) {
        throw new PayloadException("a block of its lz4 data is cut short");
      }
      made += blocks.decompress(data, at, size, out, made, out.length - made);
      at += size;
    }
    return made;
  }

  private static int littleEndian(byte[] data, int at) {
    return (data[at] & 0xff)
        | ((data[at + 1] & 0xff) << 8)
        | ((data[at + 2] & 0xff) << 16)
        | (data[at + 3] << 24);
  }
}
