package jvisor.cpu.softfloat;

/**
 * Double extended (80-bit) arithmetic with the rules of the x87 FPU (Intel SDM volume 1, 4.8 and
 * chapter 8). A number is a 64-bit significand with an explicit integer bit, and 16 bits of sign
 * and biased exponent; results are left in the environment ({@link FpEnv#significand}, {@link
 * FpEnv#signExponent}). Whether a result may be written tells {@link FpEnv#suppressed}.
 *
 * <p>Of two NaNs the one with the greater significand wins. Encodings that the FPU no longer
 * supports (unnormals, pseudo-NaNs, pseudo-infinities) are invalid operands; pseudo-denormals are
 * denormals.
 */
public final class SoftFloat80 {
  static final int BIAS = 16383;

  /** Exponent of the least normal number, unbiased. */
  static final int LEAST = 1 - BIAS;

  /** How far exponents wrap around on unmasked overflow and underflow. */
  static final int WRAP = 24576;

  /** Exponent field of infinities and NaNs. */
  static final int INFINITY = 0x7fff;

  static final int SIGN = 0x8000;
  static final long INTEGER_BIT = Long.MIN_VALUE;
  private static final long QUIET = 1L << 62;

  private SoftFloat80() {}

  /** Computes {@code a + b}, rounded by precision control. */
  public static void add(long a, int seA, long b, int seB, FpEnv env) {
    sum(a, seA, b, seB, 0, env);
  }

  /** Computes {@code a - b}, rounded by precision control. */
  public static void sub(long a, int seA, long b, int seB, FpEnv env) {
    sum(a, seA, b, seB, SIGN, env);
  }

  private static void sum(long a, int seA, long b, int seB, int flip, FpEnv env) {
    if (isNoNumber(a, seA, b, seB, env)) {
      return;
    }
    seB ^= flip;
    if (isInfinite(a, seA) && isInfinite(b, seB) && seA != seB) {
      invalid(env);
      return;
    }
    if (aborted(a, seA, b, seB, env)) {
      return;
    }
    if (isInfinite(a, seA)) {
      env.result(seA, a);
    } else if (isInfinite(b, seB)) {
      env.result(seB, b);
    } else if (a == 0 && b == 0) {
      int sign = seA == seB ? seA : env.rounding == FpEnv.DOWN ? SIGN : 0;
      env.result(sign, 0);
    } else if (a == 0 || b == 0) {
      load(a == 0 ? b : a, a == 0 ? seB : seA, env);
      Rounding.x87(env.precision, env);
    } else {
      load(a, seA, env);
      int sign = env.sign;
      int exp = env.exp;
      long hi = env.hi;
      load(b, seB, env);
      Exact.add(sign, exp, hi, 0, env.sign, env.exp, env.hi, 0, env);
      roundOrZero(env.precision, env);
    }
  }

  /** Computes {@code a * b}, rounded by precision control. */
  public static void mul(long a, int seA, long b, int seB, FpEnv env) {
    if (isNoNumber(a, seA, b, seB, env)) {
      return;
    }
    int sign = (seA ^ seB) & SIGN;
    boolean infinite = isInfinite(a, seA) || isInfinite(b, seB);
    if (infinite && (a == 0 || b == 0)) {
      invalid(env);
      return;
    }
    if (aborted(a, seA, b, seB, env)) {
      return;
    }
    if (infinite) {
      env.result(sign | INFINITY, INTEGER_BIT);
    } else if (a == 0 || b == 0) {
      env.result(sign, 0);
    } else {
      load(a, seA, env);
      int exp = env.exp;
      long hi = env.hi;
      load(b, seB, env);
      Exact.multiply(sign >>> 15, exp, hi, 0, env.exp, env.hi, env);
      Rounding.x87(env.precision, env);
    }
  }

  /** Computes {@code a / b}, rounded by precision control. */
  public static void div(long a, int seA, long b, int seB, FpEnv env) {
    if (isNoNumber(a, seA, b, seB, env)) {
      return;
    }
    int sign = (seA ^ seB) & SIGN;
    boolean infiniteA = isInfinite(a, seA);
    boolean infiniteB = isInfinite(b, seB);
    if (infiniteA && infiniteB || a == 0 && b == 0) {
      invalid(env);
      return;
    }
    if (b == 0 && !infiniteA) {
      env.raise(FpEnv.ZE);
      env.result(sign | INFINITY, INTEGER_BIT);
      return;
    }
    if (aborted(a, seA, b, seB, env)) {
      return;
    }
    if (infiniteA) {
      env.result(sign | INFINITY, INTEGER_BIT);
    } else if (a == 0 || infiniteB) {
      env.result(sign, 0);
    } else {
      load(a, seA, env);
      int exp = env.exp;
      long hi = env.hi;
      load(b, seB, env);
      Exact.divide(sign >>> 15, exp, hi, 0, env.exp, env.hi, env);
      Rounding.x87(env.precision, env);
    }
  }

  /** Computes the square root of {@code a}, rounded by precision control. */
  public static void sqrt(long a, int se, FpEnv env) {
    if (isNoNumber(a, se, a, se, env)) {
      return;
    }
    if (a == 0) {
      env.result(se, a);
      return;
    }
    if ((se & SIGN) != 0) {
      invalid(env);
      return;
    }
    if (aborted(a, se, a, se, env)) {
      return;
    }
    if (isInfinite(a, se)) {
      env.result(se, a);
      return;
    }
    load(a, se, env);
    Exact.squareRoot(env.exp, env.hi, env);
    Rounding.x87(env.precision, env);
  }

  /**
   * Compares two numbers.
   *
   * @param signaling whether a quiet NaN raises IE too (FCOM does, FUCOM does not)
   * @return a constant of {@link FpRelation}
   */
  public static int compare(long a, int seA, long b, int seB, boolean signaling, FpEnv env) {
    if (isUnsupported(a, seA) || isUnsupported(b, seB)) {
      env.raise(FpEnv.IE);
      return FpRelation.UNORDERED;
    }
    if (isNan(a, seA) || isNan(b, seB)) {
      if (signaling || isSignaling(a, seA) || isSignaling(b, seB)) {
        env.raise(FpEnv.IE);
      }
      return FpRelation.UNORDERED;
    }
    aborted(a, seA, b, seB, env);
    if (a == 0 && b == 0) {
      return FpRelation.EQUAL;
    }
    boolean negative = (seA & SIGN) != 0;
    if (a == 0 || b == 0 || negative != ((seB & SIGN) != 0)) {
      boolean less = a == 0 ? (seB & SIGN) == 0 : negative;
      return less ? FpRelation.LESS : FpRelation.GREATER;
    }
    int order = Integer.compare(field(a, seA), field(b, seB));
    if (order == 0) {
      order = Long.compareUnsigned(a, b);
    }
    if (order == 0) {
      return FpRelation.EQUAL;
    }
    return order < 0 != negative ? FpRelation.LESS : FpRelation.GREATER;
  }

  /** Rounds to an integral value by rounding control, as FRNDINT does. */
  public static void roundToIntegral(long a, int se, FpEnv env) {
    if (isNoNumber(a, se, a, se, env) || aborted(a, se, a, se, env)) {
      return;
    }
    if (a == 0 || (se & INFINITY) >= BIAS + 63) {
      env.result(se, a);
      return;
    }
    load(a, se, env);
    if (Rounding.integral(env)) {
      env.raise(FpEnv.PE);
    }
    boolean up = env.roundedUp;
    if (env.hi == 0) {
      env.result(se & SIGN, 0);
      return;
    }
    Exact.set(env.sign, 63, env.hi, env);
    Rounding.x87(64, env);
    env.roundedUp = up;
  }

  /** Computes {@code a * 2^trunc(b)}, as FSCALE does. */
  public static void scale(long a, int seA, long b, int seB, FpEnv env) {
    if (isNoNumber(a, seA, b, seB, env)) {
      return;
    }
    boolean down = (seB & SIGN) != 0;
    if (isInfinite(b, seB)) {
      if (down ? isInfinite(a, seA) : a == 0) {
        invalid(env);
      } else if (!aborted(a, seA, b, seB, env)) {
        boolean zero = down || a == 0;
        env.result(seA & SIGN | (zero ? 0 : INFINITY), zero ? 0 : INTEGER_BIT);
      }
      return;
    }
    if (aborted(a, seA, b, seB, env)) {
      return;
    }
    if (a == 0 || isInfinite(a, seA)) {
      env.result(seA, a);
      return;
    }
    load(b, seB, env);
    int by = b == 0 || env.exp < 0 ? 0 : env.exp > 16 ? 1 << 17 : (int) (env.hi >>> 63 - env.exp);
    load(a, seA, env);
    env.exp += down ? -by : by;
    Rounding.x87(64, env);
  }

  /** Takes the unbiased exponent of {@code a} as a number, the first result of FXTRACT. */
  public static void extractExponent(long a, int se, FpEnv env) {
    if (isNoNumber(a, se, a, se, env)) {
      return;
    }
    if (a == 0) {
      env.raise(FpEnv.ZE);
      env.result(SIGN | INFINITY, INTEGER_BIT);
    } else if (isInfinite(a, se)) {
      env.result(INFINITY, INTEGER_BIT);
    } else {
      aborted(a, se, a, se, env);
      load(a, se, env);
      Convert80.fromInteger(env.exp, env);
    }
  }

  /** Takes the significand of {@code a} as a number in [1, 2), the second result of FXTRACT. */
  public static void extractSignificand(long a, int se, FpEnv env) {
    if (isNoNumber(a, se, a, se, env)) {
      return;
    }
    if (a == 0 || isInfinite(a, se)) {
      env.result(se, a);
    } else {
      load(a, se, env);
      env.result(se & SIGN | BIAS, env.hi);
    }
  }

  // ---------------------------------------------------------------- classes of numbers

  /** Returns whether this is an encoding that the FPU has not supported since the 387. */
  public static boolean isUnsupported(long a, int se) {
    return a >= 0 && (se & INFINITY) != 0;
  }

  /** Returns whether this is a NaN, quiet or signaling. */
  public static boolean isNan(long a, int se) {
    return (se & INFINITY) == INFINITY && a < 0 && a << 1 != 0;
  }

  /** Returns whether this is a signaling NaN. */
  public static boolean isSignaling(long a, int se) {
    return isNan(a, se) && (a & QUIET) == 0;
  }

  /** Returns whether this is an infinity. */
  public static boolean isInfinite(long a, int se) {
    return (se & INFINITY) == INFINITY && a == INTEGER_BIT;
  }

  /** Returns whether this is a denormal or pseudo-denormal number. */
  public static boolean isDenormal(long a, int se) {
    return (se & INFINITY) == 0 && a != 0;
  }

  /** The exponent field, with that of pseudo-denormals as the arithmetic takes it. */
  private static int field(long a, int se) {
    int field = se & INFINITY;
    return field == 0 && a < 0 ? 1 : field;
  }

  // ---------------------------------------------------------------- what operations share

  /** Puts a finite nonzero number in flight, normalized. */
  static void load(long a, int se, FpEnv env) {
    Exact.set(se >>> 15 & 1, Math.max(se & INFINITY, 1) - BIAS, a, env);
  }

  /** Rounds the number in flight unless it is an exact zero. */
  static void roundOrZero(int precision, FpEnv env) {
    if ((env.hi | env.lo) == 0) {
      env.result(env.sign << 15, 0);
    } else {
      Rounding.x87(precision, env);
    }
  }

  /** Raises IE and leaves the QNaN floating point indefinite. */
  static void invalid(FpEnv env) {
    env.raise(FpEnv.IE);
    indefinite(env);
  }

  /** Leaves the QNaN floating point indefinite. */
  public static void indefinite(FpEnv env) {
    env.result(SIGN | INFINITY, INTEGER_BIT | QUIET);
  }

  /** Handles unsupported operands and NaNs; true if that was the operation. */
  static boolean isNoNumber(long a, int seA, long b, int seB, FpEnv env) {
    if (isUnsupported(a, seA) || isUnsupported(b, seB)) {
      invalid(env);
      return true;
    }
    boolean nanA = isNan(a, seA);
    boolean nanB = isNan(b, seB);
    if (!nanA && !nanB) {
      return false;
    }
    boolean signalingA = isSignaling(a, seA);
    boolean signalingB = isSignaling(b, seB);
    if (signalingA || signalingB) {
      env.raise(FpEnv.IE);
    }
    boolean first;
    if (!nanB || !nanA) {
      first = nanA;
    } else if (signalingA != signalingB) {
      first = signalingB;
    } else {
      int order = Long.compareUnsigned(a, b);
      first = order > 0 || order == 0 && (seA & SIGN) == 0;
    }
    env.result(first ? seA : seB, (first ? a : b) | QUIET);
    return true;
  }

  /** Reports denormal operands; true if that is unmasked, so that nothing more is computed. */
  static boolean aborted(long a, int seA, long b, int seB, FpEnv env) {
    if (isDenormal(a, seA) || isDenormal(b, seB) || env.denormalSource) {
      env.raise(FpEnv.DE);
      return (env.masks & FpEnv.DE) == 0;
    }
    return false;
  }
}
