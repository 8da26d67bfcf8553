package jvisor.cpu.sse;

/**
 * Arithmetic on the elements of a 64-bit word at once. {@code width} is the element's width in
 * bits, 8, 16, 32 or 64; where it is a constant the compiler folds it. Masks are all ones in the
 * elements for which something holds.
 *
 * <p>The idea everywhere: with the top bit of each element taken out, carries cannot cross
 * elements; the top bits are put right by exclusive or.
 */
public final class Swar {
  private Swar() {}

  /** The top bit of each element. */
  public static long top(int width) {
    return switch (width) {
      case 8 -> 0x8080_8080_8080_8080L;
      case 16 -> 0x8000_8000_8000_8000L;
      case 32 -> 0x8000_0000_8000_0000L;
      default -> Long.MIN_VALUE;
    };
  }

  /** All ones in the elements whose top bit is set in {@code m}, which has no other bits. */
  private static long fill(long m, int width) {
    return m | m - (m >>> width - 1);
  }

  /** All ones in the negative elements. */
  public static long negative(long a, int width) {
    return fill(a & top(width), width);
  }

  /** Sums without saturation. */
  public static long add(long a, long b, int width) {
    long h = top(width);
    return (a & ~h) + (b & ~h) ^ (a ^ b) & h;
  }

  /** Differences without saturation. */
  public static long subtract(long a, long b, int width) {
    long h = top(width);
    return (a | h) - (b & ~h) ^ (a ^ ~b) & h;
  }

  /** Sums limited to the unsigned range. */
  public static long addUnsigned(long a, long b, int width) {
    long sum = add(a, b, width);
    return sum | fill((a & b | (a | b) & ~sum) & top(width), width);
  }

  /** Differences limited to the unsigned range. */
  public static long subtractUnsigned(long a, long b, int width) {
    return subtract(a, b, width) & ~below(a, b, width);
  }

  /** Sums limited to the signed range. */
  public static long addSigned(long a, long b, int width) {
    long sum = add(a, b, width);
    return limit(a, sum, (a ^ sum) & (b ^ sum), width);
  }

  /** Differences limited to the signed range. */
  public static long subtractSigned(long a, long b, int width) {
    long difference = subtract(a, b, width);
    return limit(a, difference, (a ^ b) & (a ^ difference), width);
  }

  /** Replaces elements that overflowed by the limit on the side of {@code a}'s sign. */
  private static long limit(long a, long result, long overflow, int width) {
    long h = top(width);
    long m = fill(overflow & h, width);
    return result & ~m | ~h + ((a & h) >>> width - 1) & m;
  }

  /** Which elements are equal. */
  public static long equal(long a, long b, int width) {
    long h = top(width);
    long x = a ^ b;
    return fill(~((x & ~h) + ~h | x) & h, width);
  }

  /** Which signed elements of {@code a} are greater than those of {@code b}. */
  public static long greater(long a, long b, int width) {
    long h = top(width);
    return below(b ^ h, a ^ h, width);
  }

  /** Which unsigned elements of {@code a} are less than those of {@code b}. */
  public static long below(long a, long b, int width) {
    long difference = subtract(a, b, width);
    return fill((~a & b | ~(a ^ b) & difference) & top(width), width);
  }

  /** Greater elements, signed. */
  public static long max(long a, long b, int width) {
    return select(greater(a, b, width), a, b);
  }

  /** Lesser elements, signed. */
  public static long min(long a, long b, int width) {
    return select(greater(a, b, width), b, a);
  }

  /** Greater elements, unsigned. */
  public static long maxUnsigned(long a, long b, int width) {
    return select(below(a, b, width), b, a);
  }

  /** Lesser elements, unsigned. */
  public static long minUnsigned(long a, long b, int width) {
    return select(below(a, b, width), a, b);
  }

  /** Bits of {@code a} where {@code mask} has ones, of {@code b} elsewhere. */
  public static long select(long mask, long a, long b) {
    return b ^ (a ^ b) & mask;
  }

  /** Averages of unsigned elements, halves rounded up. */
  public static long average(long a, long b, int width) {
    return (a | b) - ((a ^ b) >>> 1 & ~top(width));
  }

  /** Absolute values; the most negative stays. */
  public static long absolute(long a, int width) {
    long m = negative(a, width);
    return subtract(a ^ m, m, width);
  }

  /**
   * Elements of {@code a} negated, zeroed or kept as those of {@code b} are negative, zero,
   * positive.
   */
  public static long sign(long a, long b, int width) {
    long m = negative(b, width);
    return subtract(a ^ m, m, width) & ~equal(b, 0, width);
  }

  /** Elements shifted left by {@code n} (not negative); zero if that is all their bits. */
  public static long shiftLeft(long a, int n, int width) {
    return n >= width ? 0 : a << n & ~repeat((1L << n) - 1, width);
  }

  /** Elements shifted right by {@code n} (not negative), zeros coming in. */
  public static long shiftRight(long a, int n, int width) {
    return n >= width ? 0 : a >>> n & repeat(-1L >>> 64 - width >>> n, width);
  }

  /** Elements shifted right by {@code n} (not negative), copies of the sign coming in. */
  public static long shiftRightSigned(long a, int n, int width) {
    int count = Math.min(n, width - 1);
    long m = negative(a, width);
    return shiftRight(a ^ m, count, width) ^ m;
  }

  /** One element's bits in all elements. */
  private static long repeat(long element, int width) {
    return switch (width) {
      case 8 -> element * 0x0101_0101_0101_0101L;
      case 16 -> element * 0x0001_0001_0001_0001L;
      case 32 -> element * 0x0000_0001_0000_0001L;
      default -> element;
    };
  }

  /** The top bits of the eight bytes, gathered in bits 0–7. */
  public static int signs(long a) {
    return (int) ((a >>> 7 & 0x0101_0101_0101_0101L) * 0x0102_0408_1020_4080L >>> 56);
  }

  /** The sum of the absolute differences of unsigned bytes. */
  public static long sumOfDifferences(long a, long b) {
    long d = subtractUnsigned(a, b, 8) | subtractUnsigned(b, a, 8);
    long pairs = (d & 0x00ff_00ff_00ff_00ffL) + (d >>> 8 & 0x00ff_00ff_00ff_00ffL);
    return pairs * 0x0001_0001_0001_0001L >>> 48;
  }

  // ---------------------------------------------------------------- arrangement

  /** The low four bytes of {@code a} and {@code b} in turn. */
  public static long interleaveBytes(long a, long b) {
    return spreadBytes(a) | spreadBytes(b) << 8;
  }

  /** The low two words of {@code a} and {@code b} in turn. */
  public static long interleaveWords(long a, long b) {
    return spreadWords(a) | spreadWords(b) << 16;
  }

  /** The low doublewords of {@code a} and {@code b}. */
  public static long interleaveDwords(long a, long b) {
    return a & 0xffff_ffffL | b << 32;
  }

  /** The low four bytes, each extended with zeros to a word. */
  public static long spreadBytes(long a) {
    long x = spreadWords(a);
    return (x | x << 8) & 0x00ff_00ff_00ff_00ffL;
  }

  /** The low two words, each extended with zeros to a doubleword. */
  public static long spreadWords(long a) {
    long x = a & 0xffff_ffffL;
    return (x | x << 16) & 0x0000_ffff_0000_ffffL;
  }

  /** Four words of {@code a}, chosen by two bits each of {@code order}. */
  public static long shuffleWords(long a, int order) {
    long r = 0;
    for (int k = 6; k >= 0; k -= 2) {
      r = r << 16 | a >>> 16 * (order >> k & 3) & 0xffff;
    }
    return r;
  }

  /** The doubleword {@code index} (0–3) of a 128-bit lane. */
  public static long dword(long lo, long hi, int index) {
    return ((index & 2) == 0 ? lo : hi) >>> 32 * (index & 1) & 0xffff_ffffL;
  }
}
