package jvisor.cpu.sse;

import java.util.function.IntBinaryOperator;

/** Products of the elements of a 64-bit word, and sums across elements. */
final class Products {
  private Products() {}

  /**
   * Applies {@code f} to the sign-extended words of {@code a} and {@code b}; its low 16 bits count.
   */
  static long words(long a, long b, IntBinaryOperator f) {
    long r = 0;
    for (int k = 0; k < 64; k += 16) {
      int x = f.applyAsInt((short) (a >>> k), (short) (b >>> k));
      r |= (x & 0xffffL) << k;
    }
    return r;
  }

  /** Low halves of the products of both doublewords. */
  static long lowDwords(long a, long b) {
    return a * b & 0xffff_ffffL | (a >>> 32) * (b >>> 32) << 32;
  }

  /** Two sums of two signed products of words each. */
  static long multiplyAdd(long a, long b) {
    int low = (short) a * (short) b + (short) (a >>> 16) * (short) (b >>> 16);
    int high = (short) (a >>> 32) * (short) (b >>> 32) + (short) (a >>> 48) * (short) (b >>> 48);
    return low & 0xffff_ffffL | (long) high << 32;
  }

  /**
   * Four saturated sums of two products of unsigned bytes of {@code a} and signed ones of {@code
   * b}.
   */
  static long multiplyAddBytes(long a, long b) {
    long r = 0;
    for (int k = 0; k < 64; k += 16) {
      int even = (int) (a >>> k & 0xff) * (byte) (b >>> k);
      int odd = (int) (a >>> k + 8 & 0xff) * (byte) (b >>> k + 8);
      r |= (Math.clamp(even + odd, -32768, 32767) & 0xffffL) << k;
    }
    return r;
  }

  /** Words 0 and 2 of both halves. */
  static long evenWords(long lo, long hi) {
    return evenWords(lo) | evenWords(hi) << 32;
  }

  private static long evenWords(long a) {
    return a & 0xffff | a >>> 16 & 0xffff_0000L;
  }

  /** Doubleword 0 of both halves. */
  static long evenDwords(long lo, long hi) {
    return lo & 0xffff_ffffL | hi << 32;
  }

  /**
   * Four sums of absolute differences of {@code block}'s four bytes and those from byte {@code at},
   * {@code at + 1} … of a lane on; {@code at} is at most 8.
   */
  static long differences(long lo, long hi, int at, long block) {
    long r = 0;
    for (int k = 0; k < 4; k++) {
      r |= Swar.sumOfDifferences(bytes(lo, hi, at + k), block) << 16 * k;
    }
    return r;
  }

  /** Four bytes of a lane from byte {@code at}, 0–11, on. */
  private static long bytes(long lo, long hi, int at) {
    long a = at >= 8 ? hi >>> 8 * at : at == 0 ? lo : lo >>> 8 * at | hi << -8 * at;
    return a & 0xffff_ffffL;
  }

  /**
   * The least unsigned word of a lane in bits 0–15 and the first position that has it in bits
   * 16–18.
   */
  static long least(long lo, long hi) {
    long best = 0xffff_ffffL;
    for (int k = 0; k < 8; k++) {
      long word = (k < 4 ? lo : hi) >>> 16 * k & 0xffff;
      best = Math.min(best, word << 16 | k);
    }
    return best >>> 16 | (best & 7) << 16;
  }
}
