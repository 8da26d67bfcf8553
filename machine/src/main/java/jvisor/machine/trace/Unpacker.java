package jvisor.machine.trace;

import java.util.Arrays;

/** Numbers read from a chunk's records; what does not fit is a {@link TraceException}. */
final class Unpacker {
  private final byte[] bytes;
  private final int length;
  private int at;

  Unpacker(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  int left() {
    return length - at;
  }

  int getByte() throws TraceException {
    if (at >= length) {
      throw damaged();
    }
    return bytes[at++] & 0xff;
  }

  byte[] get(int count) throws TraceException {
    if (count > left()) {
      throw damaged();
    }
    at += count;
    return Arrays.copyOfRange(bytes, at - count, at);
  }

  long getVarint() throws TraceException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = getByte();
      value |= (next & 0x7fL) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw damaged();
  }

  /** A varint that counts things of which each takes at least {@code bytesEach} bytes. */
  int getCount(int bytesEach) throws TraceException {
    long count = getVarint();
    if (count < 0 || count > left() / bytesEach) {
      throw damaged();
    }
    return (int) count;
  }

  long getSigned() throws TraceException {
    long value = getVarint();
    return value >>> 1 ^ -(value & 1);
  }

  static TraceException damaged() {
    return new TraceException("a record in it is damaged");
  }
}
