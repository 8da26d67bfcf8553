package jvisor.machine.boot.payload;

import io.airlift.compress.v3.lz4.Lz4JavaCompressor;
import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/** Packs payloads as a kernel's build does. */
public final class Packing {
  private static final int LZ4_BLOCK = 8 << 20;

  private Packing() {}

  private interface Wrapper {
    OutputStream wrap(OutputStream out) throws IOException;
  }

  /** Packs {@code data}, with the size behind it where builds put it. */
  public static byte[] pack(Format format, byte[] data) throws IOException {
    byte[] size = size(data.length);
    return switch (format) {
      case GZIP -> stream(data, GZIPOutputStream::new);
      case XZ -> concat(stream(data, Packing::xz), size);
      case LZMA -> concat(stream(data, Packing::lzma), size);
      case BZIP2 -> concat(stream(data, BZip2CompressorOutputStream::new), size);
      case ZSTD -> concat(zstd(data), size);
      case LZ4_LEGACY -> concat(lz4Frame(data), size);
      case ELF, UNKNOWN -> data;
    };
  }

  private static byte[] stream(byte[] data, Wrapper wrapper) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = wrapper.wrap(packed)) {
      out.write(data);
    }
    return packed.toByteArray();
  }

  private static OutputStream xz(OutputStream out) throws IOException {
    FilterOptions[] filters = {new X86Options(), new LZMA2Options(2)};
    return new XZOutputStream(out, filters, XZ.CHECK_CRC32);
  }

  private static OutputStream lzma(OutputStream out) throws IOException {
    return new LZMAOutputStream(out, new LZMA2Options(2), -1);
  }

  private static byte[] zstd(byte[] data) {
    ZstdJavaCompressor compressor = new ZstdJavaCompressor();
    byte[] out = new byte[compressor.maxCompressedLength(data.length)];
    return Arrays.copyOf(out, compressor.compress(data, 0, data.length, out, 0, out.length));
  }

  /**
   * Gives a packed payload a frame header without content size and with a window of 2^log bytes.
   */
  static byte[] zstdWithWindow(byte[] packed, int log) {
    int descriptor = packed[4];
    boolean single = (descriptor & 0x20) != 0;
    int contentSize = new int[] {single ? 1 : 0, 2, 4, 8}[descriptor >>> 6 & 3];
    byte[] header = Arrays.copyOf(packed, 6);
    header[4] = (byte) (descriptor & 0x04);
    header[5] = (byte) ((log - 10) << 3);
    return concat(
        header, Arrays.copyOfRange(packed, 5 + (single ? 0 : 1) + contentSize, packed.length));
  }

  static byte[] lz4Frame(byte[] data) {
    Lz4JavaCompressor compressor = new Lz4JavaCompressor();
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.writeBytes(size(0x184c2102));
    for (int at = 0; at < data.length; at += LZ4_BLOCK) {
      int length = Math.min(LZ4_BLOCK, data.length - at);
      byte[] block = new byte[compressor.maxCompressedLength(length)];
      int packed = compressor.compress(data, at, length, block, 0, block.length);
      frame.writeBytes(size(packed));
      frame.write(block, 0, packed);
    }
    return frame.toByteArray();
  }

  static byte[] size(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
