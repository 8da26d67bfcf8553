package jvisor.cpu.softfloat;

/**
 * Approximate arithmetic on the 128-bit significands of numbers in flight (see {@link Exact}), for
 * the transcendental functions: each operation is off by a few units in the last of 128 bits at
 * most, which leaves some fifty bits of reserve when the result is rounded to 64.
 */
final class Wide {
  private Wide() {}

  /** Leaves the upper half of the 256-bit product of two unsigned 128-bit numbers. */
  static void multiplyHigh(long hiA, long loA, long hiB, long loB, FpEnv env) {
    long hi = Math.unsignedMultiplyHigh(hiA, hiB);
    long lo = hiA * hiB;
    long middle = Math.unsignedMultiplyHigh(hiA, loB);
    lo += middle;
    hi += Long.compareUnsigned(lo, middle) < 0 ? 1 : 0;
    middle = Math.unsignedMultiplyHigh(loA, hiB);
    lo += middle;
    hi += Long.compareUnsigned(lo, middle) < 0 ? 1 : 0;
    env.hi = hi;
    env.lo = lo;
  }

  /** Multiplies the number in flight by a normalized positive number. */
  static void multiply(int exp, long hi, long lo, FpEnv env) {
    multiplyHigh(env.hi, env.lo, hi, lo, env);
    env.exp += exp + 1;
    Exact.normalize(env);
  }

  /** Divides the number in flight by a normalized positive number. */
  static void divide(int exp, long hi, long lo, FpEnv env) {
    long divisorHi = hi >>> 1;
    long divisorLo = hi << 63 | lo >>> 1;
    long restHi = env.hi >>> 1;
    long restLo = env.hi << 63 | env.lo >>> 1;
    long quotientHi = 0;
    long quotientLo = 0;
    for (int i = 0; i < 128; i++) {
      quotientHi = quotientHi << 1 | quotientLo >>> 63;
      quotientLo <<= 1;
      if (Long.compareUnsigned(restHi, divisorHi) > 0
          || restHi == divisorHi && Long.compareUnsigned(restLo, divisorLo) >= 0) {
        restHi -= divisorHi + (Long.compareUnsigned(restLo, divisorLo) < 0 ? 1 : 0);
        restLo -= divisorLo;
        quotientLo |= 1;
      }
      restHi = restHi << 1 | restLo >>> 63;
      restLo <<= 1;
    }
    env.hi = quotientHi;
    env.lo = quotientLo;
    env.exp -= exp;
    Exact.normalize(env);
  }

  /** Adds a normalized number to the one in flight; neither sum nor operand is zero. */
  static void add(int sign, int exp, long hi, long lo, FpEnv env) {
    Exact.add(sign, exp, hi, lo & ~1L, env.sign, env.exp, env.hi, env.lo & ~1L, env);
  }

  /** Turns the number in flight, less than 1 in magnitude, into a fixed point fraction of 2^128. */
  static void toFraction(FpEnv env) {
    int n = Math.min(128, -1 - env.exp);
    if (n >= 64) {
      env.lo = n == 128 ? 0 : env.hi >>> (n - 64);
      env.hi = 0;
    } else if (n > 0) {
      env.lo = env.hi << (64 - n) | env.lo >>> n;
      env.hi >>>= n;
    }
  }
}
