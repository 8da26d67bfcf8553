package jvisor.cpu.sse;

import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * The SHA extensions (FIPS 180-4; SDM vol. 1, 5.21). Doubleword 3 of a vector is the first in time.
 */
final class Sha {
  private static final int[] SHA1_CONSTANTS = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};

  private Sha() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.SHA1RNDS4, Sha::sha1rnds4);
    t.bind(Mnemonic.SHA1NEXTE, Sha::sha1nexte);
    t.bind(Mnemonic.SHA1MSG1, Sha::sha1msg1);
    t.bind(Mnemonic.SHA1MSG2, Sha::sha1msg2);
    t.bind(Mnemonic.SHA256RNDS2, Sha::sha256rnds2);
    t.bind(Mnemonic.SHA256MSG1, Sha::sha256msg1);
    t.bind(Mnemonic.SHA256MSG2, Sha::sha256msg2);
  }

  private static int get(long vector, int dword) {
    return HostMemory.getInt(vector + 4L * dword);
  }

  private static void set(Vcpu c, Insn i, int d0, int d1, int d2, int d3) {
    VectorAccess.setXmm(c, i.a.index(), FloatLanes.join(d0, d1), FloatLanes.join(d2, d3));
  }

  private static int choose(int x, int y, int z) {
    return z ^ x & (y ^ z);
  }

  private static int majority(int x, int y, int z) {
    return x & y | z & (x | y);
  }

  // ---------------------------------------------------------------- SHA-1

  /** SHA1RNDS4: four rounds on A, B, C, D with E already in the first word of the message. */
  static void sha1rnds4(Vcpu c, Insn i) {
    VectorConditions.enterSse(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    int kind = VectorAccess.immediate(i) & 3;
    int a = get(d, 3);
    int b = get(d, 2);
    int cc = get(d, 1);
    int dd = get(d, 0);
    int e = 0;
    for (int k = 3; k >= 0; k--) {
      int f =
          switch (kind) {
            case 0 -> choose(b, cc, dd);
            case 2 -> majority(b, cc, dd);
            default -> b ^ cc ^ dd;
          };
      int next = f + Integer.rotateLeft(a, 5) + get(s, k) + e + SHA1_CONSTANTS[kind];
      e = dd;
      dd = cc;
      cc = Integer.rotateLeft(b, 30);
      b = a;
      a = next;
    }
    set(c, i, dd, cc, b, a);
  }

  /** SHA1NEXTE: E of four rounds ago, added to the message. */
  static void sha1nexte(Vcpu c, Insn i) {
    VectorConditions.enterSse(c);
    long s = VectorAccess.source(c, i, i.b);
    int e = Integer.rotateLeft(get(VectorAccess.xmm(c, i.a.index()), 3), 30);
    set(c, i, get(s, 0), get(s, 1), get(s, 2), get(s, 3) + e);
  }

  /** SHA1MSG1: the first step of the next four message words. */
  static void sha1msg1(Vcpu c, Insn i) {
    VectorConditions.enterSse(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    long lo = HostMemory.getLong(d) ^ HostMemory.getLong(s + 8);
    long hi = HostMemory.getLong(d + 8) ^ HostMemory.getLong(d);
    VectorAccess.setXmm(c, i.a.index(), lo, hi);
  }

  /** SHA1MSG2: the last step of the next four message words. */
  static void sha1msg2(Vcpu c, Insn i) {
    VectorConditions.enterSse(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    int w16 = Integer.rotateLeft(get(d, 3) ^ get(s, 2), 1);
    int w17 = Integer.rotateLeft(get(d, 2) ^ get(s, 1), 1);
    int w18 = Integer.rotateLeft(get(d, 1) ^ get(s, 0), 1);
    int w19 = Integer.rotateLeft(get(d, 0) ^ w16, 1);
    set(c, i, w19, w18, w17, w16);
  }

  // ---------------------------------------------------------------- SHA-256

  /** SHA256RNDS2: two rounds; the destination holds C, D, G, H, the source A, B, E, F. */
  static void sha256rnds2(Vcpu c, Insn i) {
    VectorConditions.enterSse(c);
    long s = VectorAccess.source(c, i, i.b);
    long dest = VectorAccess.xmm(c, i.a.index());
    long words = VectorAccess.xmm(c, 0);
    int a = get(s, 3);
    int b = get(s, 2);
    int cc = get(dest, 3);
    int d = get(dest, 2);
    int e = get(s, 1);
    int f = get(s, 0);
    int g = get(dest, 1);
    int h = get(dest, 0);
    for (int k = 0; k < 2; k++) {
      int sigma1 =
          Integer.rotateRight(e, 6) ^ Integer.rotateRight(e, 11) ^ Integer.rotateRight(e, 25);
      int t1 = choose(e, f, g) + sigma1 + get(words, k) + h;
      int sigma0 =
          Integer.rotateRight(a, 2) ^ Integer.rotateRight(a, 13) ^ Integer.rotateRight(a, 22);
      int t2 = majority(a, b, cc) + sigma0;
      h = g;
      g = f;
      f = e;
      e = t1 + d;
      d = cc;
      cc = b;
      b = a;
      a = t1 + t2;
    }
    set(c, i, f, e, b, a);
  }

  private static int sigma0(int w) {
    return Integer.rotateRight(w, 7) ^ Integer.rotateRight(w, 18) ^ w >>> 3;
  }

  private static int sigma1(int w) {
    return Integer.rotateRight(w, 17) ^ Integer.rotateRight(w, 19) ^ w >>> 10;
  }

  /** SHA256MSG1: the first step of the next four message words. */
  static void sha256msg1(Vcpu c, Insn i) {
    VectorConditions.enterSse(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    set(
        c,
        i,
        get(d, 0) + sigma0(get(d, 1)),
        get(d, 1) + sigma0(get(d, 2)),
        get(d, 2) + sigma0(get(d, 3)),
        get(d, 3) + sigma0(get(s, 0)));
  }

  /** SHA256MSG2: the last step of the next four message words. */
  static void sha256msg2(Vcpu c, Insn i) {
    VectorConditions.enterSse(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    int w16 = get(d, 0) + sigma1(get(s, 2));
    int w17 = get(d, 1) + sigma1(get(s, 3));
    int w18 = get(d, 2) + sigma1(w16);
    int w19 = get(d, 3) + sigma1(w17);
    set(c, i, w16, w17, w18, w19);
  }
}
