package jvisor.cpu.softfloat;

/**
 * Conversions between the 80-bit format of x87 registers and what memory holds: binary32, binary64
 * and signed integers.
 */
public final class Convert80 {
  private Convert80() {}

  /**
   * Widens binary32, exactly and without exceptions: a signaling NaN stays one. That the operand
   * was denormal is remembered for the operation that follows.
   */
  public static void fromFloat32(int a, FpEnv env) {
    long fraction = (a & 0x7fffffL) << 40;
    widen(a >>> 31, a >>> 23 & 0xff, 0xff, 127, fraction, env);
  }

  /** Widens binary64, with the rules of {@link #fromFloat32}. */
  public static void fromFloat64(long a, FpEnv env) {
    long fraction = (a & 0xfffffffffffffL) << 11;
    widen((int) (a >>> 63), (int) (a >>> 52) & 0x7ff, 0x7ff, 1023, fraction, env);
  }

  private static void widen(int sign, int field, int infinity, int bias, long fraction, FpEnv env) {
    if (field == infinity) {
      env.result(sign << 15 | SoftFloat80.INFINITY, fraction | SoftFloat80.INTEGER_BIT);
    } else if (field != 0) {
      env.result(sign << 15 | field - bias + SoftFloat80.BIAS, fraction | SoftFloat80.INTEGER_BIT);
    } else if (fraction == 0) {
      env.result(sign << 15, 0);
    } else {
      int shift = Long.numberOfLeadingZeros(fraction);
      env.result(sign << 15 | 1 - bias + SoftFloat80.BIAS - shift, fraction << shift);
      env.denormalSource = true;
    }
  }

  /** Finishes a load of binary32 or binary64 just widened: quiets an SNaN (IE), reports DE. */
  public static void finishLoad(FpEnv env) {
    long a = env.significand;
    int se = env.signExponent;
    if (!SoftFloat80.isNoNumber(a, se, a, se, env)) {
      SoftFloat80.aborted(a, se, a, se, env);
    }
  }

  /** Converts a signed integer, which is exact. */
  public static void fromInteger(long n, FpEnv env) {
    if (n == 0) {
      env.result(0, 0);
      return;
    }
    int sign = n < 0 ? 1 : 0;
    long magnitude = n < 0 ? -n : n;
    int shift = Long.numberOfLeadingZeros(magnitude);
    env.result(sign << 15 | SoftFloat80.BIAS + 63 - shift, magnitude << shift);
  }

  /**
   * Rounds to a signed integer; what is no number or out of range gives IE and the integer
   * indefinite.
   *
   * @param width 16, 32 or 64 bits
   * @param truncate whether to round toward zero instead of as the control word says
   */
  public static long toInteger(long a, int se, int width, boolean truncate, FpEnv env) {
    if (a == 0 && (se & SoftFloat80.INFINITY) == 0) {
      return 0;
    }
    if (SoftFloat80.isUnsupported(a, se) || (se & SoftFloat80.INFINITY) == SoftFloat80.INFINITY) {
      env.raise(FpEnv.IE);
      return -1L << (width - 1);
    }
    int saved = env.rounding;
    if (truncate) {
      env.rounding = FpEnv.TRUNCATE;
    }
    SoftFloat80.load(a, se, env);
    long n = Rounding.toInteger(width, env);
    env.rounding = saved;
    return n;
  }

  /** Rounds to binary32 for a store. The value is not to be stored after an unmasked exception. */
  public static int toFloat32(long a, int se, FpEnv env) {
    if (!narrows(a, se, env)) {
      int sign = env.signExponent >>> 15 << 31;
      return (env.signExponent & SoftFloat80.INFINITY) == 0
          ? sign
          : sign | 0x7f800000 | (int) (env.significand >>> 40) & 0x7fffff;
    }
    return SoftFloat32.pack(env);
  }

  /** Rounds to binary64 for a store. The value is not to be stored after an unmasked exception. */
  public static long toFloat64(long a, int se, FpEnv env) {
    if (!narrows(a, se, env)) {
      long sign = (long) (env.signExponent >>> 15) << 63;
      return (env.signExponent & SoftFloat80.INFINITY) == 0
          ? sign
          : sign | 0x7ff0000000000000L | env.significand >>> 11 & 0xfffffffffffffL;
    }
    return SoftFloat64.pack(env);
  }

  /**
   * Puts a finite nonzero number in flight; false, with a NaN, infinity or zero left, if it is not.
   */
  private static boolean narrows(long a, int se, FpEnv env) {
    if (SoftFloat80.isNoNumber(a, se, a, se, env)) {
      return false;
    }
    if (a == 0 || SoftFloat80.isInfinite(a, se)) {
      env.result(se, a);
      return false;
    }
    SoftFloat80.load(a, se, env);
    return true;
  }
}
