package jvisor.cpu.softfloat;

/** FYL2X, FYL2XP1 and F2XM1 (Intel SDM volume 2). */
public final class Logarithm80 {
  private static final long LN2_HIGH = 0xb17217f7d1cf79abL;
  private static final long LN2_LOW = 0xc9e3b39803f2f6afL;

  /** 1 / ln 2. */
  private static final long LOG2E_HIGH = 0xb8aa3b295c17f0bbL;

  private static final long LOG2E_LOW = 0xbe87fed0691d3e89L;

  /** The square root of 2 as the significand of a number in [1, 2). */
  private static final long ROOT2 = 0xb504f333f9de6484L;

  private Logarithm80() {}

  /** Computes {@code y * log2(x)}. */
  public static void yLog2(long y, int seY, long x, int seX, FpEnv env) {
    if (SoftFloat80.isNoNumber(y, seY, x, seX, env)) {
      return;
    }
    boolean infiniteY = SoftFloat80.isInfinite(y, seY);
    int sign = seY & SoftFloat80.SIGN;
    if (x == 0) {
      if (y == 0) {
        SoftFloat80.invalid(env);
      } else if (infiniteY) {
        env.result(seY ^ SoftFloat80.SIGN, y);
      } else {
        env.raise(FpEnv.ZE);
        env.result(sign ^ SoftFloat80.SIGN | SoftFloat80.INFINITY, SoftFloat80.INTEGER_BIT);
      }
      return;
    }
    boolean one = seX == SoftFloat80.BIAS && x == SoftFloat80.INTEGER_BIT;
    boolean infiniteX = SoftFloat80.isInfinite(x, seX);
    if ((seX & SoftFloat80.SIGN) != 0 || infiniteX && y == 0 || one && infiniteY) {
      SoftFloat80.invalid(env);
      return;
    }
    if (SoftFloat80.aborted(y, seY, x, seX, env)) {
      return;
    }
    boolean below = (seX & SoftFloat80.INFINITY) < SoftFloat80.BIAS;
    if (infiniteX || infiniteY) {
      int flip = below ? SoftFloat80.SIGN : 0;
      env.result(sign ^ flip | SoftFloat80.INFINITY, SoftFloat80.INTEGER_BIT);
    } else if (y == 0 || one) {
      env.result(below ? sign ^ SoftFloat80.SIGN : sign, 0);
    } else {
      SoftFloat80.load(x, seX, env);
      boolean power = env.hi == Long.MIN_VALUE;
      log2(env);
      timesY(y, seY, power, env);
    }
  }

  /**
   * Computes {@code y * log2(x + 1)}. The manual leaves the result open outside of -0.29 to 0.41;
   * here it goes on while x + 1 is positive, and is invalid beyond.
   */
  public static void yLog2Plus1(long y, int seY, long x, int seX, FpEnv env) {
    if (SoftFloat80.isNoNumber(y, seY, x, seX, env)) {
      return;
    }
    boolean infiniteY = SoftFloat80.isInfinite(y, seY);
    boolean infiniteX = SoftFloat80.isInfinite(x, seX);
    boolean negative = (seX & SoftFloat80.SIGN) != 0;
    boolean tooLow = negative && (seX & SoftFloat80.INFINITY) >= SoftFloat80.BIAS;
    if (infiniteX && (y == 0 || negative) || infiniteY && x == 0) {
      SoftFloat80.invalid(env);
      return;
    }
    if (SoftFloat80.aborted(y, seY, x, seX, env)) {
      return;
    }
    int sign = (seX ^ seY) & SoftFloat80.SIGN;
    if (infiniteX || infiniteY) {
      env.result(sign | SoftFloat80.INFINITY, SoftFloat80.INTEGER_BIT);
      return;
    }
    if (x == 0 || y == 0) {
      env.result(sign, 0);
      return;
    }
    if (tooLow) {
      env.raise(FpEnv.PE);
      env.result(seX, x);
      return;
    }
    SoftFloat80.load(x, seX, env);
    int exp = env.exp;
    long hi = env.hi;
    if (exp < -2) {
      Wide.add(0, 1, Long.MIN_VALUE, 0, env);
      int denominatorExp = env.exp;
      long denominatorHi = env.hi;
      long denominatorLo = env.lo;
      Exact.set(negative ? 1 : 0, exp, hi, env);
      Wide.divide(denominatorExp, denominatorHi, denominatorLo, env);
      twiceAtanh(env);
      timesY(y, seY, false, env);
    } else {
      Wide.add(0, 0, Long.MIN_VALUE, 0, env);
      boolean power = env.hi == Long.MIN_VALUE && env.lo == 0;
      log2(env);
      timesY(y, seY, power, env);
    }
  }

  /** Computes {@code 2^x - 1}; the manual leaves the result open unless x is from -1 to 1. */
  public static void exp2Minus1(long x, int se, FpEnv env) {
    if (SoftFloat80.isNoNumber(x, se, x, se, env)) {
      return;
    }
    boolean negative = (se & SoftFloat80.SIGN) != 0;
    if (SoftFloat80.isInfinite(x, se)) {
      env.result(negative ? SoftFloat80.SIGN | SoftFloat80.BIAS : se, SoftFloat80.INTEGER_BIT);
      return;
    }
    if (SoftFloat80.aborted(x, se, x, se, env)) {
      return;
    }
    if (x == 0 || (se & SoftFloat80.INFINITY) >= SoftFloat80.BIAS) {
      if (x != 0) {
        env.raise(FpEnv.PE);
      }
      boolean half = negative && se == (SoftFloat80.SIGN | SoftFloat80.BIAS) && x << 1 == 0;
      env.result(half ? se - 1 : se, x);
      return;
    }
    SoftFloat80.load(x, se, env);
    Wide.multiply(-1, LN2_HIGH, LN2_LOW, env);
    int exp = env.exp;
    long hi = env.hi;
    long lo = env.lo;
    Wide.toFraction(env);
    Series.EXPONENTIAL.sum(env.hi, env.lo, negative, env);
    Wide.multiply(exp, hi, lo, env);
    env.lo |= 1;
    Rounding.x87(64, env);
  }

  private static void timesY(long y, int seY, boolean exact, FpEnv env) {
    int sign = env.sign;
    int exp = env.exp;
    long hi = env.hi;
    long lo = env.lo;
    SoftFloat80.load(y, seY, env);
    env.sign ^= sign;
    Wide.multiply(exp, hi, lo, env);
    if (!exact) {
      env.lo |= 1;
    }
    Rounding.x87(64, env);
    boolean denormal = (env.signExponent & SoftFloat80.INFINITY) == 0;
    env.raise(denormal ? FpEnv.PE | FpEnv.UE : FpEnv.PE);
  }

  /** Replaces the number in flight, positive and not 1, by its binary logarithm. */
  private static void log2(FpEnv env) {
    int whole = env.exp;
    long hi = env.hi;
    long lo = env.lo;
    if (hi == Long.MIN_VALUE && lo == 0) {
      Exact.set(whole < 0 ? 1 : 0, 63, Math.abs(whole), env);
      return;
    }
    int exp = 0;
    if (Long.compareUnsigned(hi, ROOT2) > 0) {
      exp = -1;
      whole++;
    }
    // log2(m) = 2 / ln 2 * atanh((m - 1) / (m + 1)) with m from sqrt(1/2) to sqrt(2).
    Exact.add(0, exp, hi, lo & ~1L, 0, 0, Long.MIN_VALUE, 0, env);
    int denominatorExp = env.exp;
    long denominatorHi = env.hi;
    long denominatorLo = env.lo;
    Exact.add(0, exp, hi, lo & ~1L, 1, 0, Long.MIN_VALUE, 0, env);
    Wide.divide(denominatorExp, denominatorHi, denominatorLo, env);
    twiceAtanh(env);
    if (whole != 0) {
      int shift = Long.numberOfLeadingZeros(Math.abs(whole));
      Wide.add(whole < 0 ? 1 : 0, 63 - shift, (long) Math.abs(whole) << shift, 0, env);
    }
  }

  /** Replaces the number in flight by 2 / ln 2 times its inverse hyperbolic tangent. */
  private static void twiceAtanh(FpEnv env) {
    int exp = env.exp;
    long hi = env.hi;
    long lo = env.lo;
    Wide.multiply(exp, hi, lo, env);
    Wide.toFraction(env);
    Series.ARC_TANGENT.sum(env.hi, env.lo, false, env);
    Wide.multiply(exp, hi, lo, env);
    Wide.multiply(1, LOG2E_HIGH, LOG2E_LOW, env);
  }
}
