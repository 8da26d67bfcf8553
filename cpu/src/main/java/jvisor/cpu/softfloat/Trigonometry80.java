package jvisor.cpu.softfloat;

/**
 * FSIN, FCOS and FPTAN (Intel SDM volume 1, 8.3.8 to 8.3.10). Arguments are reduced exactly by the
 * FPU's 66-bit value of pi; what remains is computed to more than 110 bits and rounded once by
 * rounding control.
 */
public final class Trigonometry80 {
  /** The 66-bit pi / 2 in units of 2^-65. */
  private static final long HALF_PI_HIGH = 0x3L;

  private static final long HALF_PI_LOW = 0x243f6a8885a308d3L;

  private Trigonometry80() {}

  /** Returns whether the magnitude is 2^63 or more, so that C2 is set and nothing computed. */
  public static boolean isOutOfRange(long a, int se) {
    int field = se & SoftFloat80.INFINITY;
    return field >= SoftFloat80.BIAS + 63 && field < SoftFloat80.INFINITY && a < 0;
  }

  /** Computes the sine of a number that is not out of range. */
  public static void sin(long a, int se, FpEnv env) {
    if (!starts(a, se, env)) {
      return;
    }
    if (a == 0) {
      env.result(se, a);
      return;
    }
    circular(reduce(a, se, env), env);
    finish(env);
  }

  /** Computes the cosine of a number that is not out of range. */
  public static void cos(long a, int se, FpEnv env) {
    if (!starts(a, se, env)) {
      return;
    }
    if (a == 0) {
      env.result(SoftFloat80.BIAS, SoftFloat80.INTEGER_BIT);
      return;
    }
    circular(reduce(a, se & ~SoftFloat80.SIGN, env) + 1, env);
    finish(env);
  }

  /** Computes the tangent of a number that is not out of range. */
  public static void tan(long a, int se, FpEnv env) {
    if (!starts(a, se, env)) {
      return;
    }
    if (a == 0) {
      env.result(se, a);
      return;
    }
    int quadrant = reduce(a, se, env);
    int sign = env.sign;
    int exp = env.exp;
    long hi = env.hi;
    long lo = env.lo;
    if ((quadrant & 1) == 0 && exp < -34) {
      finish(env);
      return;
    }
    circular(quadrant + 1, env);
    int cosineSign = env.sign;
    int cosineExp = env.exp;
    long cosineHi = env.hi;
    long cosineLo = env.lo;
    env.sign = sign;
    env.exp = exp;
    env.hi = hi;
    env.lo = lo;
    circular(quadrant, env);
    env.sign ^= cosineSign;
    Wide.divide(cosineExp, cosineHi, cosineLo, env);
    finish(env);
  }

  private static boolean starts(long a, int se, FpEnv env) {
    if (SoftFloat80.isNoNumber(a, se, a, se, env)) {
      return false;
    }
    if (SoftFloat80.isInfinite(a, se)) {
      SoftFloat80.invalid(env);
      return false;
    }
    return !SoftFloat80.aborted(a, se, a, se, env);
  }

  private static void finish(FpEnv env) {
    env.lo |= 1;
    Rounding.x87(64, env);
  }

  /**
   * Leaves the remainder by pi / 2, at most pi / 4 in magnitude and exact.
   *
   * @return the number of quarter turns, modulo 4
   */
  private static int reduce(long a, int se, FpEnv env) {
    SoftFloat80.load(a, se, env);
    if (env.exp < -1) {
      return 0;
    }
    // The remainder stays below the 66 bits of pi / 2, so doubling it cannot overflow.
    long high = 0;
    long low = env.hi;
    int quotient = 0;
    for (int i = env.exp + 2; i > 0; i--) {
      high = high << 1 | low >>> 63;
      low <<= 1;
      quotient <<= 1;
      if (high > HALF_PI_HIGH
          || high == HALF_PI_HIGH && Long.compareUnsigned(low, HALF_PI_LOW) >= 0) {
        high -= HALF_PI_HIGH + (Long.compareUnsigned(low, HALF_PI_LOW) < 0 ? 1 : 0);
        low -= HALF_PI_LOW;
        quotient |= 1;
      }
    }
    long restLow = HALF_PI_LOW - low;
    long restHigh = HALF_PI_HIGH - high - (Long.compareUnsigned(HALF_PI_LOW, low) < 0 ? 1 : 0);
    if (high > restHigh || high == restHigh && Long.compareUnsigned(low, restLow) > 0) {
      high = restHigh;
      low = restLow;
      env.sign ^= 1;
      quotient++;
    }
    env.hi = high;
    env.lo = low;
    env.exp = 127 - 65;
    Exact.normalize(env);
    // sin(-x) = -sin(x): the quotient counts in the direction of the operand's sign.
    return se >>> 15 == 0 ? quotient & 3 : -quotient & 3;
  }

  /** Replaces the reduced argument in flight by sin(argument + quadrant * pi / 2). */
  private static void circular(int quadrant, FpEnv env) {
    int sign = env.sign;
    int exp = env.exp;
    long hi = env.hi;
    long lo = env.lo;
    Wide.multiply(exp, hi, lo, env);
    Wide.toFraction(env);
    if ((quadrant & 1) == 0) {
      Series.SINE.sum(env.hi, env.lo, true, env);
      Wide.multiply(exp, hi, lo, env);
      env.sign = sign;
    } else {
      Series.COSINE.sum(env.hi, env.lo, true, env);
      env.sign = 0;
    }
    env.sign ^= quadrant >> 1 & 1;
  }
}
