package jvisor.machine.trace;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Reads a trace, record by record. */
public final class TraceReader implements AutoCloseable {
  private static final int MOST = 1 << 20;

  private final InputStream in;
  private final TraceHeader header;
  private final RecordCodec codec = new RecordCodec();
  private final Inflater inflater = new Inflater(true);
  private final ByteBuffer chunk =
      ByteBuffer.allocate(TraceWriter.CHUNK_HEADER).order(ByteOrder.LITTLE_ENDIAN);
  private Unpacker records = new Unpacker(new byte[0], 0);
  private long chunkEnd;
  private boolean begun;
  private boolean ended;

  /**
   * Reads the header of the trace in {@code in}, which is closed with this reader.
   *
   * @throws TraceException if it is no trace of a version known here
   */
  public TraceReader(InputStream in) throws IOException {
    this.in = in;
    ByteBuffer start = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    start.limit(in.readNBytes(start.array(), 0, 12));
    if (start.limit() < 10 || start.getLong() != TraceHeader.MAGIC) {
      throw new TraceException("it is no trace");
    }
    int version = start.getShort() & 0xffff;
    if (version != TraceHeader.VERSION) {
      throw new TraceException(
          "it has version %d of the format; this program reads version %d"
              .formatted(version, TraceHeader.VERSION));
    }
    byte[] text = start.limit() < 12 ? new byte[0] : in.readNBytes(start.getShort() & 0xffff);
    if (start.limit() < 12 || text.length != (start.getShort(10) & 0xffff)) {
      throw cutShort();
    }
    header = TraceHeader.of(new String(text, StandardCharsets.UTF_8));
  }

  /** What the trace says of the machine. */
  public TraceHeader header() {
    return header;
  }

  /** The next record, or null at the end. */
  public @Nullable TraceRecord next() throws IOException {
    openChunks(Long.MIN_VALUE);
    return ended ? null : codec.read(records);
  }

  /**
   * Goes on to the first record before which {@code completed} instructions have completed; skips
   * whole chunks unread.
   *
   * @return that record, or null if there is none
   */
  public @Nullable TraceRecord skipTo(long completed) throws IOException {
    TraceRecord record;
    do {
      openChunks(completed);
      record = next();
    } while (record != null && record.place().completed() < completed);
    return record;
  }

  private void openChunks(long wanted) throws IOException {
    while (records.left() == 0 && !ended) {
      if (codec.completed() != chunkEnd) {
        throw Unpacker.damaged();
      }
      openChunk(wanted);
    }
  }

  /** Reads the next chunk's records, or none of them if all lie before {@code wanted}. */
  private void openChunk(long wanted) throws IOException {
    byte[] bytes = chunk.clear().array();
    if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
      throw cutShort();
    }
    int length = chunk.getInt();
    int unpacked = chunk.getInt();
    long first = chunk.getLong();
    long end = chunk.getLong();
    int sum = chunk.getInt();
    if (length < 0 || length > MOST || unpacked < 0 || unpacked > MOST || first > end) {
      throw new TraceException("a chunk in it is damaged");
    }
    if (begun && first != chunkEnd) {
      throw new TraceException("a part of it is missing");
    }
    begun = true;
    chunkEnd = end;
    codec.restart(end);
    if (end < wanted && length > 0) {
      try {
        in.skipNBytes(length);
      } catch (EOFException e) {
        throw cutShort();
      }
      return;
    }
    byte[] stored = in.readNBytes(length);
    if (stored.length < length) {
      throw cutShort();
    }
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, TraceWriter.CHECKED);
    crc.update(stored);
    if ((int) crc.getValue() != sum) {
      throw new TraceException("a chunk in it is damaged");
    }
    if (length == 0) {
      ended = true;
      return;
    }
    records = new Unpacker(unpack(stored, unpacked), unpacked);
    codec.restart(first);
  }

  private byte[] unpack(byte[] stored, int length) throws TraceException {
    byte[] bytes = new byte[length];
    inflater.reset();
    inflater.setInput(stored);
    try {
      int done = 0;
      while (done < length) {
        int more = inflater.inflate(bytes, done, length - done);
        if (more == 0) {
          throw new TraceException("a chunk in it is damaged");
        }
        done += more;
      }
      return bytes;
    } catch (DataFormatException e) {
      throw new TraceException("a chunk in it is damaged");
    }
  }

  private static TraceException cutShort() {
    return new TraceException("it has been cut short");
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
