package jvisor.cpu.softfloat;

/**
 * Conversions between binary16 and binary32 with the rules of F16C (SDM vol. 1, 14.4), on raw bits:
 * MXCSR.FTZ does not count, and denormal halves are neither zeros nor reported.
 */
public final class Convert16 {
  private static final int SIGN = 0x8000;
  private static final int INFINITY = 0x7c00;
  private static final int QUIET = 0x0200;
  private static final int FRACTION = 0x03ff;
  private static final int PRECISION = 11;
  private static final int BIAS = 15;

  private Convert16() {}

  /** Converts 16 bits to binary32, which is exact; only a signaling NaN is an exception. */
  public static int toFloat32(int half, FpEnv env) {
    int sign = (half & SIGN) << 16;
    int field = half >> 10 & 31;
    int fraction = half & FRACTION;
    if (field == 31) {
      if (fraction == 0) {
        return sign | 0x7f800000;
      }
      if ((half & QUIET) == 0) {
        env.raise(FpEnv.IE);
      }
      return sign | 0x7fc00000 | fraction << 13;
    }
    if (field == 0) {
      return sign | Float.floatToRawIntBits(fraction * 0x1p-24f);
    }
    return sign | field - BIAS + 127 << 23 | fraction << 13;
  }

  /** Converts binary32 to 16 bits, rounding as the environment says. */
  public static int fromFloat32(int a, FpEnv env) {
    a = SoftFloat32.source(a, env);
    int sign = a >>> 16 & SIGN;
    if (SoftFloat32.isNan(a)) {
      a = SoftFloat32.propagate(a, a, env);
      return sign | INFINITY | QUIET | a >> 13 & FRACTION;
    }
    if (SoftFloat32.isZero(a)) {
      return sign;
    }
    if (SoftFloat32.isInfinite(a)) {
      return sign | INFINITY;
    }
    if (SoftFloat32.aborted(a, a, env)) {
      return 0;
    }
    SoftFloat32.load(a, env);
    boolean saved = env.ftz;
    env.ftz = false;
    Rounding.sse(PRECISION, BIAS, env);
    env.ftz = saved;
    return sign | env.exp << 10 | (int) (env.hi >>> 53) & FRACTION;
  }
}
