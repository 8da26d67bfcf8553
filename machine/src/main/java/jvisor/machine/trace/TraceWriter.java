package jvisor.machine.trace;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes a trace; see the package for the format. Not safe for several threads. */
public final class TraceWriter implements AutoCloseable {
  static final int CHUNK_HEADER = 28;
  static final int CHECKED = 24;

  private static final int CHUNK = 1 << 16;

  private final OutputStream out;
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final RecordCodec codec = new RecordCodec();
  private final Packer records = new Packer();
  private byte[] stored = new byte[CHUNK];
  private long first;

  /** Writes the header to {@code out}, which is flushed but not closed. */
  public TraceWriter(OutputStream out, TraceHeader header) throws IOException {
    this.out = out;
    byte[] text = header.text().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(12 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(TraceHeader.MAGIC).putShort((short) TraceHeader.VERSION);
    bytes.putShort((short) text.length).put(text);
    out.write(bytes.array());
    out.flush();
  }

  /** Appends a record. */
  public void write(TraceRecord record) throws IOException {
    if (records.length() == 0) {
      first = record.place().completed();
      codec.restart(first);
    }
    codec.write(record, records);
    if (records.length() >= CHUNK) {
      writeChunk();
    }
  }

  private void writeChunk() throws IOException {
    deflater.reset();
    deflater.setInput(records.bytes(), 0, records.length());
    deflater.finish();
    int length = 0;
    while (!deflater.finished()) {
      if (length == stored.length) {
        stored = Arrays.copyOf(stored, 2 * length);
      }
      length += deflater.deflate(stored, length, stored.length - length);
    }
    put(length, records.length());
    records.clear();
  }

  private void put(int length, int unpacked) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(CHUNK_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(length).putInt(unpacked).putLong(first).putLong(codec.completed());
    CRC32 sum = new CRC32();
    sum.update(header.array(), 0, CHECKED);
    sum.update(stored, 0, length);
    header.putInt((int) sum.getValue());
    out.write(header.array());
    out.write(stored, 0, length);
    out.flush();
  }

  /** Writes what is left and the end; nothing can be appended afterwards. */
  public void finish() throws IOException {
    if (records.length() > 0) {
      writeChunk();
    }
    first = codec.completed();
    put(0, 0);
  }

  /** Frees what compression takes; without {@link #finish} the trace is cut short. */
  @Override
  public void close() {
    deflater.end();
  }
}
