package jvisor.cpu.sse;

/**
 * Elements moved within a 128-bit lane, which is given by its halves; each function makes one half.
 */
final class Arrangement {
  private Arrangement() {}

  /**
   * Eight bytes of a lane, chosen by the low four bits of each byte of {@code order}; 0 for
   * negative.
   */
  static long bytes(long lo, long hi, long order) {
    long r = 0;
    for (int k = 0; k < 64; k += 8) {
      int at = (int) (order >>> k);
      long half = (at & 8) == 0 ? lo : hi;
      long b = half >>> 8 * (at & 7) & 0xff;
      r |= ((at & 0x80) == 0 ? b : 0) << k;
    }
    return r;
  }

  /** Two doublewords of a lane, chosen by two bits each of {@code order}. */
  static long dwords(long lo, long hi, int order) {
    return Swar.dword(lo, hi, order & 3) | Swar.dword(lo, hi, order >> 2 & 3) << 32;
  }

  /**
   * Half {@code index} of the 256 bits {@code a:b:c:d}, least first, moved right by {@code n}
   * bytes.
   */
  static long align(long a, long b, long c, long d, int index, int n) {
    int at = index + (n >> 3);
    long low = half(a, b, c, d, at);
    int shift = 8 * (n & 7);
    return shift == 0 ? low : low >>> shift | half(a, b, c, d, at + 1) << -shift;
  }

  private static long half(long a, long b, long c, long d, int at) {
    return switch (at) {
      case 0 -> a;
      case 1 -> b;
      case 2 -> c;
      case 3 -> d;
      default -> 0;
    };
  }

  /** The eight signed words of a lane, limited to {@code least} … {@code greatest}, as bytes. */
  static long packWords(long lo, long hi, int least, int greatest) {
    return packWords(lo, least, greatest) | packWords(hi, least, greatest) << 32;
  }

  private static long packWords(long a, int least, int greatest) {
    long r = 0;
    for (int k = 0; k < 4; k++) {
      int word = (short) (a >>> 16 * k);
      r |= (Math.min(Math.max(word, least), greatest) & 0xffL) << 8 * k;
    }
    return r;
  }

  /**
   * The four signed doublewords of a lane, limited to {@code least} … {@code greatest}, as words.
   */
  static long packDwords(long lo, long hi, int least, int greatest) {
    return word((int) lo, least, greatest)
        | word((int) (lo >>> 32), least, greatest) << 16
        | word((int) hi, least, greatest) << 32
        | word((int) (hi >>> 32), least, greatest) << 48;
  }

  private static long word(int value, int least, int greatest) {
    return Math.min(Math.max(value, least), greatest) & 0xffffL;
  }

  /** The low elements of {@code from} bits of {@code a}, each extended to {@code to} bits. */
  static long extend(long a, int from, int to, boolean signed) {
    long r = 0;
    for (int k = 0, at = 0; k < 64; k += to, at += from) {
      long element = a >>> at << 64 - from;
      element = signed ? element >> 64 - from : element >>> 64 - from;
      r |= (element & -1L >>> 64 - to) << k;
    }
    return r;
  }
}
