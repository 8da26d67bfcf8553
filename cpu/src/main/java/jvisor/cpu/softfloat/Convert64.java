package jvisor.cpu.softfloat;

/**
 * Conversions from and to binary64 with the rules of SSE and AVX, on raw bits: to and from
 * integers, to the other format, and to integral values.
 */
public final class Convert64 {
  private Convert64() {}

  /**
   * Rounds to an integral value, as ROUNDSS does.
   *
   * @param mode one of the rounding constants of {@link FpEnv}
   * @param quietly whether PE is suppressed
   */
  public static long roundToIntegral(long a, int mode, boolean quietly, FpEnv env) {
    a = SoftFloat64.source(a, env);
    if (SoftFloat64.isNan(a)) {
      return SoftFloat64.propagate(a, a, env);
    }
    if (SoftFloat64.isZero(a) || SoftFloat64.exponent(a) >= 52) {
      return a;
    }
    int saved = env.rounding;
    env.rounding = mode;
    SoftFloat64.load(a, env);
    boolean inexact = Rounding.integral(env);
    env.rounding = saved;
    if (inexact && !quietly) {
      env.raise(FpEnv.PE);
    }
    return Double.doubleToRawLongBits((double) env.hi) | a & SoftFloat64.SIGN;
  }

  /**
   * Converts to a signed 32-bit integer; out of range gives IE and the integer indefinite.
   *
   * @param truncate whether to round toward zero instead of as the environment says
   */
  public static int toInt32(long a, boolean truncate, FpEnv env) {
    double x = Double.longBitsToDouble(a);
    if ((truncate || env.rounding == FpEnv.NEAREST) && Math.abs(x) < 0x7ffffff0p0) {
      int r = (int) (truncate ? x : Math.rint(x));
      if (r != x && !(env.daz && SoftFloat64.isDenormal(a))) {
        env.raise(FpEnv.PE);
      }
      return r;
    }
    return (int) toInteger(a, truncate, 32, env);
  }

  /**
   * Converts to a signed 64-bit integer; out of range gives IE and the integer indefinite.
   *
   * @param truncate whether to round toward zero instead of as the environment says
   */
  public static long toInt64(long a, boolean truncate, FpEnv env) {
    double x = Double.longBitsToDouble(a);
    if ((truncate || env.rounding == FpEnv.NEAREST) && Math.abs(x) < 0x1p62) {
      long r = (long) (truncate ? x : Math.rint(x));
      if (r != x && !(env.daz && SoftFloat64.isDenormal(a))) {
        env.raise(FpEnv.PE);
      }
      return r;
    }
    return toInteger(a, truncate, 64, env);
  }

  private static long toInteger(long a, boolean truncate, int width, FpEnv env) {
    a = SoftFloat64.source(a, env);
    if (SoftFloat64.isZero(a)) {
      return 0;
    }
    if (SoftFloat64.isNan(a) || SoftFloat64.isInfinite(a)) {
      env.raise(FpEnv.IE);
      return -1L << (width - 1);
    }
    int saved = env.rounding;
    if (truncate) {
      env.rounding = FpEnv.TRUNCATE;
    }
    SoftFloat64.load(a, env);
    long r = Rounding.toInteger(width, env);
    env.rounding = saved;
    return r;
  }

  /** Converts a signed 32-bit integer, which is exact. */
  public static long fromInt32(int n) {
    return Double.doubleToRawLongBits(n);
  }

  /** Converts a signed 64-bit integer, rounding. */
  public static long fromInt64(long n, FpEnv env) {
    if (n == 0) {
      return 0;
    }
    Exact.set(n < 0 ? 1 : 0, 63, n < 0 ? -n : n, env);
    return SoftFloat64.pack(env);
  }

  /** Converts to binary32, rounding. */
  public static int toFloat32(long a, FpEnv env) {
    if (env.fast) {
      double x = Double.longBitsToDouble(a);
      float r = (float) x;
      int bits = Float.floatToRawIntBits(r);
      if (SoftFloat32.comfortable(bits)) {
        if (r != x) {
          env.raise(FpEnv.PE);
        }
        return bits;
      }
    }
    a = SoftFloat64.source(a, env);
    int sign = SoftFloat64.sign(a) << 31;
    if (SoftFloat64.isNan(a)) {
      a = SoftFloat64.propagate(a, a, env);
      return sign | 0x7fc00000 | (int) (a >>> 29) & 0x3fffff;
    }
    if (SoftFloat64.isZero(a)) {
      return sign;
    }
    if (SoftFloat64.isInfinite(a)) {
      return sign | 0x7f800000;
    }
    if (SoftFloat64.aborted(a, a, env)) {
      return 0;
    }
    SoftFloat64.load(a, env);
    return SoftFloat32.pack(env);
  }
}
