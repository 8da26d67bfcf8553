package jvisor.cpu.softfloat;

/**
 * Arithmetic on unpacked, normalized numbers without rounding. A result is left in the environment
 * as {@code (-1)^sign * (hi:lo / 2^127) * 2^exp} with bit 127 set. Bits that do not fit are not
 * lost: they set the lowest bit ("sticky"), so rounding to 64 bits or fewer is still correct.
 */
final class Exact {
  private Exact() {}

  /** Sets the number in flight, normalizing a nonzero significand. */
  static void set(int sign, int exp, long hi, FpEnv env) {
    int shift = Long.numberOfLeadingZeros(hi);
    env.sign = sign;
    env.exp = exp - shift;
    env.hi = hi << shift;
    env.lo = 0;
  }

  /** Shifts the significand in flight right by {@code n >= 0} bits and keeps a sticky bit. */
  static void shiftRightSticky(int n, FpEnv env) {
    long hi = env.hi;
    long lo = env.lo;
    if (n == 0) {
      return;
    }
    if (n < 64) {
      env.lo = hi << (64 - n) | lo >>> n | (lo << (64 - n) != 0 ? 1 : 0);
      env.hi = hi >>> n;
    } else if (n < 128) {
      int m = n & 63;
      long lost = m == 0 ? lo : lo | hi << (64 - m);
      env.lo = hi >>> m | (lost != 0 ? 1 : 0);
      env.hi = 0;
    } else {
      env.lo = (hi | lo) != 0 ? 1 : 0;
      env.hi = 0;
    }
  }

  /** Normalizes the number in flight, which is not zero. */
  static void normalize(FpEnv env) {
    int shift;
    if (env.hi == 0) {
      shift = 64 + Long.numberOfLeadingZeros(env.lo);
      env.hi = env.lo << shift;
      env.lo = 0;
    } else {
      shift = Long.numberOfLeadingZeros(env.hi);
      if (shift != 0) {
        env.hi = env.hi << shift | env.lo >>> (64 - shift);
        env.lo <<= shift;
      }
    }
    env.exp -= shift;
  }

  /**
   * Adds two normalized numbers; bit 0 of both significands must be clear. An exact zero has {@code
   * hi == 0} and {@code lo == 0} and the sign that the rounding mode gives it.
   */
  static void add(
      int signA, int expA, long hiA, long loA, int signB, int expB, long hiB, long loB, FpEnv env) {
    boolean swap =
        expA < expB
            || expA == expB
                && (Long.compareUnsigned(hiA, hiB) < 0
                    || hiA == hiB && Long.compareUnsigned(loA, loB) < 0);
    long bigHi = swap ? hiB : hiA;
    long bigLo = swap ? loB : loA;
    int big = swap ? expB : expA;
    int small = swap ? expA : expB;
    bigLo = bigHi << 63 | bigLo >>> 1;
    bigHi >>>= 1;
    env.hi = swap ? hiA : hiB;
    env.lo = swap ? loA : loB;
    shiftRightSticky((int) Math.min(128L, 1L + big - small), env);
    env.exp = big + 1;
    env.sign = swap ? signB : signA;
    if (signA == signB) {
      long lo = bigLo + env.lo;
      env.hi = bigHi + env.hi + (Long.compareUnsigned(lo, bigLo) < 0 ? 1 : 0);
      env.lo = lo;
    } else {
      long lo = bigLo - env.lo;
      env.hi = bigHi - env.hi - (Long.compareUnsigned(bigLo, env.lo) < 0 ? 1 : 0);
      env.lo = lo;
      if ((env.hi | lo) == 0) {
        env.sign = env.rounding == FpEnv.DOWN ? 1 : 0;
        return;
      }
    }
    normalize(env);
  }

  /** Multiplies two normalized 64-bit significands; the product is exact. */
  static void multiply(int signA, int expA, long a, int signB, int expB, long b, FpEnv env) {
    env.sign = signA ^ signB;
    env.exp = expA + expB + 1;
    env.hi = Math.unsignedMultiplyHigh(a, b);
    env.lo = a * b;
    if (env.hi >= 0) {
      env.hi = env.hi << 1 | env.lo >>> 63;
      env.lo <<= 1;
      env.exp--;
    }
  }

  /**
   * Divides two normalized 64-bit significands: 64 bits of quotient, then round and sticky bits.
   */
  static void divide(int signA, int expA, long a, int signB, int expB, long b, FpEnv env) {
    env.sign = signA ^ signB;
    env.exp = expA - expB;
    long high = a;
    long low = 0;
    if (Long.compareUnsigned(a, b) >= 0) {
      high = a >>> 1;
      low = a << 63;
    } else {
      env.exp--;
    }
    long quotient = divide128(high, low, b);
    long remainder = low - quotient * b;
    env.hi = quotient;
    env.lo = remainder == 0 ? 0 : fraction(remainder, b);
  }

  /** Places {@code remainder / divisor} relative to one half: two bits of it, then sticky. */
  private static long fraction(long remainder, long divisor) {
    int order = Long.compareUnsigned(remainder, divisor - remainder);
    return order == 0 ? Long.MIN_VALUE : order > 0 ? Long.MIN_VALUE | 1 : 1;
  }

  /**
   * Divides a 128-bit number by a normalized divisor greater than {@code high}; all unsigned.
   *
   * @return the quotient; the remainder is {@code low - quotient * divisor}
   */
  static long divide128(long high, long low, long divisor) {
    long d1 = divisor >>> 32;
    long d0 = divisor & 0xffffffffL;
    long q1 = digit(high, low >>> 32, d1, d0);
    long rest = (high << 32 | low >>> 32) - q1 * divisor;
    long q0 = digit(rest, low & 0xffffffffL, d1, d0);
    return (q1 << 32) + q0;
  }

  /** One 32-bit digit of a schoolbook division (Knuth, algorithm D, step D3). */
  private static long digit(long high, long next, long d1, long d0) {
    long q = Long.divideUnsigned(high, d1);
    long r = high - q * d1;
    while (q >>> 32 != 0 || Long.compareUnsigned(q * d0, r << 32 | next) > 0) {
      q--;
      r += d1;
      if (r >>> 32 != 0) {
        break;
      }
    }
    return q;
  }

  /**
   * Square root of a normalized 64-bit significand: 64 bits of root, then round and sticky bits.
   */
  static void squareRoot(int exp, long a, FpEnv env) {
    // The radicand is a fixed point number of 128 bits with an even exponent, so in [1, 4).
    long high = a;
    long low = 0;
    if ((exp & 1) == 0) {
      high = a >>> 1;
      low = a << 63;
    }
    long root = 0;
    long remainderHigh = 0;
    long remainder = 0;
    for (int i = 0; i < 64; i++) {
      long carry = remainder >>> 62;
      remainder = remainder << 2 | high >>> 62;
      remainderHigh = remainderHigh << 2 | carry;
      high = high << 2 | low >>> 62;
      low <<= 2;
      long trial = root << 2 | 1;
      long trialHigh = root >>> 62;
      root <<= 1;
      if (remainderHigh > trialHigh
          || remainderHigh == trialHigh && Long.compareUnsigned(remainder, trial) >= 0) {
        remainderHigh -= trialHigh + (Long.compareUnsigned(remainder, trial) < 0 ? 1 : 0);
        remainder -= trial;
        root |= 1;
      }
    }
    env.sign = 0;
    env.exp = exp >> 1;
    env.hi = root;
    // (root + 1/2)^2 = root^2 + root + 1/4: above one half exactly if remainder > root.
    boolean above = remainderHigh != 0 || Long.compareUnsigned(remainder, root) > 0;
    env.lo = (remainderHigh | remainder) == 0 ? 0 : above ? Long.MIN_VALUE | 1 : 1;
  }
}
