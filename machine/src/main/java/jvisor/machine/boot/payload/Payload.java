package jvisor.machine.boot.payload;

import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/** Unpacks the payload of a bzImage. */
public final class Payload {
  /** The most bytes that a payload may unpack to. */
  public static final int LARGEST = 512 << 20;

  private static final int SIZE_BYTES = 4;
  private static final int XZ_MEMORY_KIB = 256 << 10;
  private static final int ZSTD_WINDOW_AT = 5;
  private static final int ZSTD_SINGLE_SEGMENT = 0x20;
  private static final int ZSTD_WINDOW_8_MIB = 13 << 3;

  private Payload() {}

  /**
   * Unpacks {@code data[offset … offset+length-1]}, whose format is not {@link Format#UNKNOWN}.
   *
   * @throws PayloadException if it is damaged
   */
  public static byte[] unpack(byte[] data, int offset, int length) throws PayloadException {
    Format format = Format.of(data, offset, length);
    if (format == Format.ELF) {
      return Arrays.copyOfRange(data, offset, offset + length);
    }
    int packed = length - SIZE_BYTES;
    if (packed < 0) {
      throw new PayloadException("its payload is cut short");
    }
    byte[] out = new byte[size(data, offset + packed)];
    try {
      int made =
          switch (format) {
            case LZ4_LEGACY -> Lz4LegacyFrame.unpack(data, offset, packed, out);
            case ZSTD -> unpackZstd(data, offset, packed, out);
            default -> unpackStream(format, data, offset, length, out);
          };
      if (made != out.length) {
        throw new PayloadException("its payload does not unpack to the size it tells");
      }
      return out;
    } catch (IOException | RuntimeException e) {
      throw new PayloadException("its payload is damaged", e);
    }
  }

  private static int size(byte[] data, int at) throws PayloadException {
    long size = 0;
    for (int i = SIZE_BYTES - 1; i >= 0; i--) {
      size = size << 8 | (data[at + i] & 0xff);
    }
    if (size == 0 || size > LARGEST) {
      throw new PayloadException("its payload tells an impossible size");
    }
    return (int) size;
  }

  private static int unpackStream(Format format, byte[] data, int offset, int length, byte[] out)
      throws IOException {
    try (InputStream in = open(format, new ByteArrayInputStream(data, offset, length))) {
      int made = in.readNBytes(out, 0, out.length);
      boolean more = format != Format.LZMA && in.read() >= 0;
      return more ? made + 1 : made;
    }
  }

  private static InputStream open(Format format, InputStream packed) throws IOException {
    return switch (format) {
      case GZIP -> new GZIPInputStream(packed, 1 << 16);
      case XZ -> new SingleXZInputStream(packed, XZ_MEMORY_KIB);
      case LZMA -> new LZMAInputStream(packed, XZ_MEMORY_KIB);
      case BZIP2 -> new BZip2CompressorInputStream(packed);
      case ZSTD, LZ4_LEGACY, ELF, UNKNOWN -> throw new IllegalArgumentException(format.name());
    };
  }

  /**
   * Kernels are packed with windows of up to 128 MiB, more than the library agrees to. Its decoder
   * looks back into the output itself, so the window's size is of no consequence but for that
   * check: it is told a smaller one.
   */
  private static int unpackZstd(byte[] data, int offset, int length, byte[] out) {
    byte[] frame = Arrays.copyOfRange(data, offset, offset + length);
    if (length > ZSTD_WINDOW_AT && (frame[4] & ZSTD_SINGLE_SEGMENT) == 0) {
      int window = frame[ZSTD_WINDOW_AT] & 0xff;
      frame[ZSTD_WINDOW_AT] = (byte) Math.min(window, ZSTD_WINDOW_8_MIB);
    }
    return new ZstdJavaDecompressor().decompress(frame, 0, frame.length, out, 0, out.length);
  }
}
