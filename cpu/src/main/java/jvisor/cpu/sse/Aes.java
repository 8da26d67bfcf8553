package jvisor.cpu.sse;

import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * AES-NI (FIPS 197; SDM vol. 1, 12.13). A round is four table look-ups a column: the tables hold a
 * byte after the S-box, already multiplied for MixColumns. The tables' use of the cache depends on
 * the guest's data, as that of any AES in software does.
 */
final class Aes {
  private static final int POLYNOMIAL = 0x11b;

  /** The S-box and its inverse. */
  private static final byte[] BOX = new byte[256];

  private static final byte[] INVERSE_BOX = new byte[256];

  /** A byte through the S-box, times (2, 1, 1, 3); byte 0 least significant. */
  private static final int[] FORWARD = new int[256];

  /** A byte through the inverse S-box, times (14, 9, 13, 11). */
  private static final int[] BACKWARD = new int[256];

  static {
    int p = 1;
    int q = 1;
    do {
      p = p ^ times2(p);
      q ^= q << 1;
      q ^= q << 2;
      q ^= q << 4;
      q &= 0xff;
      if ((q & 0x80) != 0) {
        q ^= 0x09;
      }
      int rotated = q ^ rotate(q, 1) ^ rotate(q, 2) ^ rotate(q, 3) ^ rotate(q, 4);
      setBox(p, rotated ^ 0x63);
    } while (p != 1);
    setBox(0, 0x63);
    for (int i = 0; i < 256; i++) {
      int s = BOX[i] & 0xff;
      FORWARD[i] = times2(s) | s << 8 | s << 16 | (times2(s) ^ s) << 24;
      int v = INVERSE_BOX[i] & 0xff;
      int v2 = times2(v);
      int v4 = times2(v2);
      int v8 = times2(v4);
      BACKWARD[i] = v8 ^ v4 ^ v2 | (v8 ^ v) << 8 | (v8 ^ v4 ^ v) << 16 | (v8 ^ v2 ^ v) << 24;
    }
  }

  private Aes() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.AESENC, Aes::aesenc);
    t.bind(Mnemonic.AESENCLAST, Aes::aesenclast);
    t.bind(Mnemonic.AESDEC, Aes::aesdec);
    t.bind(Mnemonic.AESDECLAST, Aes::aesdeclast);
    t.bind(Mnemonic.AESIMC, Aes::aesimc);
    t.bind(Mnemonic.AESKEYGENASSIST, Aes::aeskeygenassist);
  }

  private static int times2(int a) {
    return a << 1 ^ ((a & 0x80) != 0 ? POLYNOMIAL : 0);
  }

  private static int rotate(int a, int n) {
    return (a << n | a >> 8 - n) & 0xff;
  }

  private static void setBox(int from, int to) {
    BOX[from] = (byte) to;
    INVERSE_BOX[to] = (byte) from;
  }

  // ---------------------------------------------------------------- rounds on a lane

  /** Columns {@code index} and {@code index + 1} (0 or 2) of a round without its key. */
  static long encrypt(long lo, long hi, int index) {
    return FloatLanes.join(encryptColumn(lo, hi, index), encryptColumn(lo, hi, index + 1));
  }

  private static int encryptColumn(long lo, long hi, int j) {
    return FORWARD[part(lo, hi, j, 0)]
        ^ Integer.rotateLeft(FORWARD[part(lo, hi, j + 1, 1)], 8)
        ^ Integer.rotateLeft(FORWARD[part(lo, hi, j + 2, 2)], 16)
        ^ Integer.rotateLeft(FORWARD[part(lo, hi, j + 3, 3)], 24);
  }

  /** As {@link #encrypt}, backwards. */
  static long decrypt(long lo, long hi, int index) {
    return FloatLanes.join(decryptColumn(lo, hi, index), decryptColumn(lo, hi, index + 1));
  }

  private static int decryptColumn(long lo, long hi, int j) {
    return BACKWARD[part(lo, hi, j, 0)]
        ^ Integer.rotateLeft(BACKWARD[part(lo, hi, j + 3, 1)], 8)
        ^ Integer.rotateLeft(BACKWARD[part(lo, hi, j + 2, 2)], 16)
        ^ Integer.rotateLeft(BACKWARD[part(lo, hi, j + 1, 3)], 24);
  }

  /**
   * Columns {@code index} and {@code index + 1} of a last round, without MixColumns, by {@code
   * box}.
   */
  private static long last(long lo, long hi, int index, byte[] box, int step) {
    long r = 0;
    for (int k = 7; k >= 0; k--) {
      int row = k & 3;
      r = r << 8 | box[part(lo, hi, index + (k >> 2) + step * row, row)] & 0xff;
    }
    return r;
  }

  /** The byte in a column (modulo 4) and row of the state. */
  private static int part(long lo, long hi, int column, int row) {
    long half = (column & 2) == 0 ? lo : hi;
    return (int) (half >>> 32 * (column & 1) + 8 * row) & 0xff;
  }

  private static int substitute(int word) {
    return BOX[word & 0xff] & 0xff
        | (BOX[word >> 8 & 0xff] & 0xff) << 8
        | (BOX[word >> 16 & 0xff] & 0xff) << 16
        | BOX[word >>> 24] << 24;
  }

  private static int unmix(int word) {
    return BACKWARD[BOX[word & 0xff] & 0xff]
        ^ Integer.rotateLeft(BACKWARD[BOX[word >> 8 & 0xff] & 0xff], 8)
        ^ Integer.rotateLeft(BACKWARD[BOX[word >> 16 & 0xff] & 0xff], 16)
        ^ Integer.rotateLeft(BACKWARD[BOX[word >>> 24] & 0xff], 24);
  }

  // ---------------------------------------------------------------- instructions

  /** AESENC: one round. */
  static void aesenc(Vcpu c, Insn i) {
    Lanes.lanes(
        c,
        i,
        0,
        (d, a, b, order) -> {
          long lo = HostMemory.getLong(a);
          long hi = HostMemory.getLong(a + 8);
          long newLo = encrypt(lo, hi, 0) ^ HostMemory.getLong(b);
          Lanes.store(d, newLo, encrypt(lo, hi, 2) ^ HostMemory.getLong(b + 8));
        });
  }

  /** AESDEC: one round of the equivalent inverse cipher. */
  static void aesdec(Vcpu c, Insn i) {
    Lanes.lanes(
        c,
        i,
        0,
        (d, a, b, order) -> {
          long lo = HostMemory.getLong(a);
          long hi = HostMemory.getLong(a + 8);
          long newLo = decrypt(lo, hi, 0) ^ HostMemory.getLong(b);
          Lanes.store(d, newLo, decrypt(lo, hi, 2) ^ HostMemory.getLong(b + 8));
        });
  }

  /** AESENCLAST: the last round. */
  static void aesenclast(Vcpu c, Insn i) {
    Lanes.lanes(c, i, 0, (d, a, b, order) -> last(d, a, b, BOX, 1));
  }

  /** AESDECLAST: the last round of the inverse cipher. */
  static void aesdeclast(Vcpu c, Insn i) {
    Lanes.lanes(c, i, 0, (d, a, b, order) -> last(d, a, b, INVERSE_BOX, 3));
  }

  private static void last(long d, long a, long b, byte[] box, int step) {
    long lo = HostMemory.getLong(a);
    long hi = HostMemory.getLong(a + 8);
    long newLo = last(lo, hi, 0, box, step) ^ HostMemory.getLong(b);
    Lanes.store(d, newLo, last(lo, hi, 2, box, step) ^ HostMemory.getLong(b + 8));
  }

  /** AESIMC: a round key for AESDEC. */
  static void aesimc(Vcpu c, Insn i) {
    Lanes.unary(c, i, b -> FloatLanes.join(unmix((int) b), unmix((int) (b >>> 32))));
  }

  /** AESKEYGENASSIST: the part of the key expansion that goes through the S-box. */
  static void aeskeygenassist(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.source(c, i, i.b);
    int constant = VectorAccess.immediate(i);
    int x1 = substitute((int) (HostMemory.getLong(s) >>> 32));
    int x3 = substitute((int) (HostMemory.getLong(s + 8) >>> 32));
    VectorAccess.set(
        c,
        i,
        FloatLanes.join(x1, Integer.rotateRight(x1, 8) ^ constant),
        FloatLanes.join(x3, Integer.rotateRight(x3, 8) ^ constant));
  }
}
