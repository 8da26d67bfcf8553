package jvisor.machine.trace;

import java.util.Arrays;

/** Bytes that grow, and numbers written to them. */
final class Packer {
  private byte[] bytes = new byte[1 << 17];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  void putByte(int value) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = (byte) value;
  }

  void put(byte[] value) {
    for (byte one : value) {
      putByte(one);
    }
  }

  void putVarint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      putByte((int) rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    putByte((int) rest);
  }

  void putSigned(long value) {
    putVarint(value << 1 ^ value >> 63);
  }
}
