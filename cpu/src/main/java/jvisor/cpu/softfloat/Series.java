package jvisor.cpu.softfloat;

import java.math.BigInteger;

/** The power series of the transcendental functions, in 128-bit fixed point. */
final class Series {
  /** sin(x) / x in powers of -x^2, for x^2 below 0.62. */
  static final Series SINE = new Series(17, 2, true);

  /** cos(x) in powers of -x^2, for x^2 below 0.62. */
  static final Series COSINE = new Series(18, 1, true);

  /** (e^x - 1) / x in powers of x, for magnitudes below 0.7. */
  static final Series EXPONENTIAL = new Series(30, 0, true);

  /** atanh(x) / x in powers of x^2, and atan(x) / x in powers of -x^2, for x^2 below 0.03. */
  static final Series ARC_TANGENT = new Series(25, 2, false);

  /** Pairs of upper and lower halves, in units of 2^-127. */
  private final long[] coefficients;

  /** Coefficient k is 1 over n(k), or n(k) factorial; n(k) is 2k, 2k + 1, or k + 1 for kind 0. */
  private Series(int terms, int kind, boolean factorial) {
    coefficients = new long[2 * terms];
    BigInteger product = BigInteger.ONE;
    int last = 0;
    for (int k = 0; k < terms; k++) {
      int n = kind == 0 ? k + 1 : 2 * k + kind - 1;
      BigInteger divisor = BigInteger.valueOf(n);
      if (factorial) {
        while (last < n) {
          product = product.multiply(BigInteger.valueOf(++last));
        }
        divisor = product;
      }
      BigInteger c = BigInteger.ONE.shiftLeft(127).divide(divisor);
      coefficients[2 * k] = c.shiftRight(64).longValue();
      coefficients[2 * k + 1] = c.longValue();
    }
  }

  /**
   * Sums up the series and leaves a number in flight without touching its sign. An alternating sum
   * is never quite 1, so that rounding knows on which side it lies.
   *
   * @param hi upper half of the argument, a fraction of 2^128
   * @param lo its lower half
   */
  void sum(long hi, long lo, boolean alternating, FpEnv env) {
    int k = coefficients.length - 2;
    long sumHi = coefficients[k];
    long sumLo = coefficients[k + 1];
    while (k > 0) {
      k -= 2;
      Wide.multiplyHigh(sumHi, sumLo, hi, lo, env);
      long c = coefficients[k + 1];
      if (alternating) {
        sumLo = c - env.lo;
        sumHi = coefficients[k] - env.hi - (Long.compareUnsigned(c, env.lo) < 0 ? 1 : 0);
      } else {
        sumLo = c + env.lo;
        sumHi = coefficients[k] + env.hi + (Long.compareUnsigned(sumLo, c) < 0 ? 1 : 0);
      }
    }
    if (alternating && sumHi == Long.MIN_VALUE && sumLo == 0) {
      sumHi--;
      sumLo = -1;
    }
    env.hi = sumHi;
    env.lo = sumLo;
    env.exp = 0;
    Exact.normalize(env);
  }
}
