package jvisor.cpu.softfloat;

/**
 * Conversions from and to binary32 with the rules of SSE and AVX, on raw bits: to and from
 * integers, to the other format, and to integral values.
 */
public final class Convert32 {
  private Convert32() {}

  /**
   * Rounds to an integral value, as ROUNDSS does.
   *
   * @param mode one of the rounding constants of {@link FpEnv}
   * @param quietly whether PE is suppressed
   */
  public static int roundToIntegral(int a, int mode, boolean quietly, FpEnv env) {
    a = SoftFloat32.source(a, env);
    if (SoftFloat32.isNan(a)) {
      return SoftFloat32.propagate(a, a, env);
    }
    if (SoftFloat32.isZero(a) || SoftFloat32.exponent(a) >= 23) {
      return a;
    }
    int saved = env.rounding;
    env.rounding = mode;
    SoftFloat32.load(a, env);
    boolean inexact = Rounding.integral(env);
    env.rounding = saved;
    if (inexact && !quietly) {
      env.raise(FpEnv.PE);
    }
    return Float.floatToRawIntBits((float) env.hi) | a & SoftFloat32.SIGN;
  }

  /**
   * Converts to a signed 32-bit integer; out of range gives IE and the integer indefinite.
   *
   * @param truncate whether to round toward zero instead of as the environment says
   */
  public static int toInt32(int a, boolean truncate, FpEnv env) {
    double x = Float.intBitsToFloat(a);
    if ((truncate || env.rounding == FpEnv.NEAREST) && Math.abs(x) < 0x7ffffff0p0) {
      int r = (int) (truncate ? x : Math.rint(x));
      if (r != x && !(env.daz && SoftFloat32.isDenormal(a))) {
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
  public static long toInt64(int a, boolean truncate, FpEnv env) {
    double x = Float.intBitsToFloat(a);
    if ((truncate || env.rounding == FpEnv.NEAREST) && Math.abs(x) < 0x1p62) {
      long r = (long) (truncate ? x : Math.rint(x));
      if (r != x && !(env.daz && SoftFloat32.isDenormal(a))) {
        env.raise(FpEnv.PE);
      }
      return r;
    }
    return toInteger(a, truncate, 64, env);
  }

  private static long toInteger(int a, boolean truncate, int width, FpEnv env) {
    a = SoftFloat32.source(a, env);
    if (SoftFloat32.isZero(a)) {
      return 0;
    }
    if (SoftFloat32.isNan(a) || SoftFloat32.isInfinite(a)) {
      env.raise(FpEnv.IE);
      return -1L << (width - 1);
    }
    int saved = env.rounding;
    if (truncate) {
      env.rounding = FpEnv.TRUNCATE;
    }
    SoftFloat32.load(a, env);
    long r = Rounding.toInteger(width, env);
    env.rounding = saved;
    return r;
  }

  /** Converts a signed 32-bit integer, rounding. */
  public static int fromInt32(int n, FpEnv env) {
    return fromInt64(n, env);
  }

  /** Converts a signed 64-bit integer, rounding. */
  public static int fromInt64(long n, FpEnv env) {
    if (n == 0) {
      return 0;
    }
    Exact.set(n < 0 ? 1 : 0, 63, n < 0 ? -n : n, env);
    return SoftFloat32.pack(env);
  }

  /** Converts to binary64, which is exact unless the operand is an SNaN. */
  public static long toFloat64(int a, FpEnv env) {
    if (SoftFloat32.plain(a)) {
      return Double.doubleToRawLongBits(Float.intBitsToFloat(a));
    }
    a = SoftFloat32.source(a, env);
    if (SoftFloat32.isNan(a)) {
      a = SoftFloat32.propagate(a, a, env);
      return (long) SoftFloat32.sign(a) << 63
          | 0x7ff0000000000000L
          | (long) (a & SoftFloat32.FRACTION) << 29;
    }
    if (SoftFloat32.aborted(a, a, env)) {
      return 0;
    }
    return Double.doubleToRawLongBits(Float.intBitsToFloat(a));
  }
}
