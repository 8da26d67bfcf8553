package jvisor.cpu.translator;

import java.util.Arrays;

/**
 * Host code that is being written for a place that is known beforehand: its bytes, the jumps within
 * it and out of it, and what fills up to a boundary.
 */
abstract sealed class CodeBuffer permits Emitter {
  /** NOPs of one to nine bytes (SDM vol. 2, NOP). */
  private static final byte[][] NOPS = {
    {(byte) 0x90},
    {0x66, (byte) 0x90},
    {0x0f, 0x1f, 0},
    {0x0f, 0x1f, 0x40, 0},
    {0x0f, 0x1f, 0x44, 0, 0},
    {0x66, 0x0f, 0x1f, 0x44, 0, 0},
    {0x0f, 0x1f, (byte) 0x80, 0, 0, 0, 0},
    {0x0f, 0x1f, (byte) 0x84, 0, 0, 0, 0, 0},
    {0x66, 0x0f, 0x1f, (byte) 0x84, 0, 0, 0, 0, 0}
  };

  /** Bytes of a jump's distance, its last ones. */
  static final int DISTANCE = 4;

  /** So many aligned bytes can be written in one step while others run them. */
  private static final int GROUP = 8;

  private byte[] bytes = new byte[8192];
  private int length;
  private long place;

  /** Begins anew at the hva {@code at}, where the code will run. */
  final void begin(long at) {
    place = at;
    length = 0;
  }

  /** Bytes so far. */
  final int length() {
    return length;
  }

  /** The bytes, of which the first {@link #length} count. */
  final byte[] code() {
    return bytes;
  }

  final void put(int value) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = (byte) value;
  }

  final void put(byte[] code, int count) {
    for (int i = 0; i < count; i++) {
      put(code[i]);
    }
  }

  /** Four bytes. */
  final void number(int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      put(value >> shift);
    }
  }

  /** JMP to an hva. */
  final void jump(long target) {
    put(0xe9);
    distance(target - place);
  }

  /** CALL to an hva. */
  final void call(long target) {
    put(0xe8);
    distance(target - place);
  }

  /** The distance of a jump that ends behind it and leads to {@code offset}. */
  private void distance(long offset) {
    number((int) (offset - (length + DISTANCE)));
  }

  /** CALL of a place in this code, which {@link #bind} tells later; answers where it ends. */
  final int callAhead() {
    put(0xe8);
    number(0);
    return length;
  }

  /** JMP to a place in this code, which {@link #bind} tells later; answers where it ends. */
  final int jumpAhead() {
    put(0xe9);
    number(0);
    return length;
  }

  /** Jcc to a place in this code, which {@link #bind} tells later; answers where it ends. */
  final int jumpAhead(int condition) {
    put(0x0f);
    put(0x80 | condition);
    number(0);
    return length;
  }

  /** Fills up so that the distance of a JMP or CALL that follows can be written in one step. */
  final void alignDistance() {
    alignDistance(1);
  }

  /** The same for a Jcc. */
  final void alignDistanceOfJcc() {
    alignDistance(2);
  }

  private void alignDistance(int opcode) {
    int at = (int) (place + length + opcode) & GROUP - 1;
    if (at > GROUP - DISTANCE) {
      put(NOPS[GROUP - 1 - at], GROUP - at);
    }
  }

  /** The jump that ended at {@code end} goes to the next byte. */
  final void bind(int end) {
    int distance = length - end;
    for (int i = 0; i < DISTANCE; i++) {
      bytes[end - DISTANCE + i] = (byte) (distance >> 8 * i);
    }
  }

  /** JMP back to a place in this code. */
  final void jumpBack(int offset) {
    put(0xe9);
    distance(offset);
  }

  /** Jcc back to a place in this code. */
  final void jumpBack(int condition, int offset) {
    put(0x0f);
    put(0x80 | condition);
    distance(offset);
  }

  /** Goes on at a multiple of {@code alignment}, by NOPs. */
  final void alignByNops(int alignment) {
    int left = (int) -(place + length) & alignment - 1;
    while (left > 0) {
      int size = Math.min(left, NOPS.length);
      put(NOPS[size - 1], size);
      left -= size;
    }
  }

  /** Fills up to a multiple of {@code alignment} with INT3. */
  final void align(int alignment) {
    while ((place + length & alignment - 1) != 0) {
      put(0xcc);
    }
  }
}
