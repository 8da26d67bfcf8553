package jvisor.cpu.softfloat;

/**
 * binary32 arithmetic with the rules of SSE and AVX (Intel SDM volume 1, 4.8 and 11.5), on raw
 * bits.
 *
 * <p>Each operation has a fast path on the host's own arithmetic, taken when rounding is to
 * nearest, PE is masked and neither operands nor result need special treatment; whether the result
 * is exact is then found from the remainder, unless PE is set already. Everything else goes through
 * {@link Exact} and {@link Rounding}.
 */
public final class SoftFloat32 {
  static final int SIGN = Integer.MIN_VALUE;
  static final int INFINITY = 0x7f800000;
  static final int QUIET = 0x00400000;
  static final int INDEFINITE = 0xffc00000;
  static final int FRACTION = 0x007fffff;
  private static final int ONE_EXPONENT = 0x00800000;

  private SoftFloat32() {}

  /** Returns {@code a + b}. */
  public static int add(int a, int b, FpEnv env) {
    if (env.fast) {
      float x = Float.intBitsToFloat(a);
      float y = Float.intBitsToFloat(b);
      float s = x + y;
      int r = Float.floatToRawIntBits(s);
      if (plain(a) && plain(b) && plain(r)) {
        if (env.precisionKnown()) {
          return r;
        }
        float t = s - x;
        float error = (x - (s - t)) + (y - t);
        if (error == 0) {
          return r;
        }
        if (!Float.isNaN(error)) {
          env.raise(FpEnv.PE);
          return r;
        }
      }
    }
    return addSlowly(a, b, 0, env);
  }

  /** Returns {@code a - b}. */
  public static int sub(int a, int b, FpEnv env) {
    if (env.fast) {
      float x = Float.intBitsToFloat(a);
      float y = Float.intBitsToFloat(b);
      float s = x - y;
      int r = Float.floatToRawIntBits(s);
      if (plain(a) && plain(b) && plain(r)) {
        if (env.precisionKnown()) {
          return r;
        }
        float t = s - x;
        float error = (x - (s - t)) - (y + t);
        if (error == 0) {
          return r;
        }
        if (!Float.isNaN(error)) {
          env.raise(FpEnv.PE);
          return r;
        }
      }
    }
    return addSlowly(a, b, SIGN, env);
  }

  private static int addSlowly(int a, int b, int flip, FpEnv env) {
    a = source(a, env);
    b = source(b, env);
    if (isNan(a) || isNan(b)) {
      return propagate(a, b, env);
    }
    b ^= flip;
    if (isInfinite(a)) {
      return isInfinite(b) && a != b ? invalid(env) : aborted(a, b, env) ? 0 : a;
    }
    if (aborted(a, b, env)) {
      return 0;
    }
    if (isInfinite(b)) {
      return b;
    }
    if (isZero(a) && isZero(b)) {
      return a == b ? a : env.rounding == FpEnv.DOWN ? SIGN : 0;
    }
    if (isZero(a) || isZero(b)) {
      return finish(isZero(a) ? b : a, env);
    }
    Exact.add(
        sign(a), exponent(a), significand(a), 0, sign(b), exponent(b), significand(b), 0, env);
    return pack(env);
  }

  /** Returns {@code a * b}. */
  public static int mul(int a, int b, FpEnv env) {
    if (env.fast) {
      int r = Float.floatToRawIntBits(Float.intBitsToFloat(a) * Float.intBitsToFloat(b));
      if (plain(a) && plain(b)) {
        if (isZero(a) || isZero(b)) {
          return r;
        }
        if (comfortable(r)) {
          if (!env.precisionKnown()
              && (double) Float.intBitsToFloat(a) * Float.intBitsToFloat(b)
                  != Float.intBitsToFloat(r)) {
            env.raise(FpEnv.PE);
          }
          return r;
        }
      }
    }
    return mulSlowly(a, b, env);
  }

  private static int mulSlowly(int a, int b, FpEnv env) {
    a = source(a, env);
    b = source(b, env);
    if (isNan(a) || isNan(b)) {
      return propagate(a, b, env);
    }
    int sign = (a ^ b) & SIGN;
    if (isInfinite(a) || isInfinite(b)) {
      if (isZero(a) || isZero(b)) {
        return invalid(env);
      }
      return aborted(a, b, env) ? 0 : sign | INFINITY;
    }
    if (aborted(a, b, env)) {
      return 0;
    }
    if (isZero(a) || isZero(b)) {
      return sign;
    }
    Exact.multiply(sign(a), exponent(a), significand(a), sign(b), exponent(b), significand(b), env);
    return pack(env);
  }

  /** Returns {@code a / b}. */
  public static int div(int a, int b, FpEnv env) {
    if (env.fast) {
      int r = Float.floatToRawIntBits(Float.intBitsToFloat(a) / Float.intBitsToFloat(b));
      if (plain(a) && plain(b) && !isZero(b)) {
        if (isZero(a)) {
          return r;
        }
        if (comfortable(r)) {
          if (!env.precisionKnown()
              && (double) Float.intBitsToFloat(r) * Float.intBitsToFloat(b)
                  != Float.intBitsToFloat(a)) {
            env.raise(FpEnv.PE);
          }
          return r;
        }
      }
    }
    return divSlowly(a, b, env);
  }

  private static int divSlowly(int a, int b, FpEnv env) {
    a = source(a, env);
    b = source(b, env);
    if (isNan(a) || isNan(b)) {
      return propagate(a, b, env);
    }
    int sign = (a ^ b) & SIGN;
    if (isInfinite(a)) {
      return isInfinite(b) ? invalid(env) : aborted(a, b, env) ? 0 : sign | INFINITY;
    }
    if (isZero(b)) {
      if (isZero(a)) {
        return invalid(env);
      }
      env.raise(FpEnv.ZE);
      return sign | INFINITY;
    }
    if (aborted(a, b, env)) {
      return 0;
    }
    if (isZero(a) || isInfinite(b)) {
      return sign;
    }
    Exact.divide(sign(a), exponent(a), significand(a), sign(b), exponent(b), significand(b), env);
    return pack(env);
  }

  /** Returns the square root of {@code a}. */
  public static int sqrt(int a, FpEnv env) {
    if (env.fast && a > 0 && plain(a)) {
      float x = Float.intBitsToFloat(a);
      float root = (float) Math.sqrt(x);
      if (!env.precisionKnown() && (double) root * root != x) {
        env.raise(FpEnv.PE);
      }
      return Float.floatToRawIntBits(root);
    }
    a = source(a, env);
    if (isNan(a)) {
      return propagate(a, a, env);
    }
    if (isZero(a)) {
      return a;
    }
    if (a < 0) {
      return invalid(env);
    }
    if (aborted(a, a, env)) {
      return 0;
    }
    if (isInfinite(a)) {
      return a;
    }
    Exact.squareRoot(exponent(a), significand(a), env);
    return pack(env);
  }

  /**
   * Returns {@code ±(a * b) ± c} with one rounding; NaNs pass with their own sign, {@code a} before
   * {@code b} before {@code c}.
   *
   * @param negateProduct 1 to negate the product, else 0
   * @param negateAddend 1 to negate {@code c}, else 0
   */
  public static int fma(int a, int b, int c, int negateProduct, int negateAddend, FpEnv env) {
    a = source(a, env);
    b = source(b, env);
    c = source(c, env);
    if (isNan(a) || isNan(b) || isNan(c)) {
      return isNan(a) || isNan(b) ? propagate3(a, b, c, env) : propagate(c, c, env);
    }
    int signP = sign(a) ^ sign(b) ^ negateProduct;
    int signC = sign(c) ^ negateAddend;
    if (isInfinite(a) || isInfinite(b)) {
      if (isZero(a) || isZero(b) || isInfinite(c) && signP != signC) {
        return invalid(env);
      }
      return aborted3(a, b, c, env) ? 0 : signP == 0 ? INFINITY : SIGN | INFINITY;
    }
    if (aborted3(a, b, c, env)) {
      return 0;
    }
    if (isInfinite(c)) {
      return signC == 0 ? INFINITY : SIGN | INFINITY;
    }
    if (isZero(a) || isZero(b)) {
      if (isZero(c)) {
        int sign = signP == signC ? signP : env.rounding == FpEnv.DOWN ? 1 : 0;
        return sign == 0 ? 0 : SIGN;
      }
      return finish(signC == 0 ? c & ~SIGN : c | SIGN, env);
    }
    Exact.multiply(0, exponent(a), significand(a), 0, exponent(b), significand(b), env);
    if (isZero(c)) {
      env.sign = signP;
    } else {
      Exact.add(signP, env.exp, env.hi, env.lo, signC, exponent(c), significand(c), 0, env);
    }
    return pack(env);
  }

  /**
   * Returns the lesser operand as MINSS does: the second if both are zeros or either is a NaN, and
   * any NaN is invalid.
   */
  public static int min(int a, int b, FpEnv env) {
    a = source(a, env);
    b = source(b, env);
    return compare(a, b, true, env) == FpRelation.LESS ? a : b;
  }

  /** Returns the greater operand as MAXSS does, with the rules of {@link #min}. */
  public static int max(int a, int b, FpEnv env) {
    a = source(a, env);
    b = source(b, env);
    return compare(a, b, true, env) == FpRelation.GREATER ? a : b;
  }

  /**
   * Compares two numbers.
   *
   * @param signaling whether a quiet NaN raises IE too (COMISS does, UCOMISS does not)
   * @return a constant of {@link FpRelation}
   */
  public static int compare(int a, int b, boolean signaling, FpEnv env) {
    if (!plain(a) || !plain(b)) {
      a = source(a, env);
      b = source(b, env);
      if (isNan(a) || isNan(b)) {
        if (signaling || isSignaling(a) || isSignaling(b)) {
          env.raise(FpEnv.IE);
        }
        return FpRelation.UNORDERED;
      }
      if (isDenormal(a) || isDenormal(b)) {
        env.raise(FpEnv.DE);
      }
    }
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    return x > y ? FpRelation.GREATER : x < y ? FpRelation.LESS : FpRelation.EQUAL;
  }

  /** Returns whether the bits are a NaN, quiet or signaling. */
  public static boolean isNan(int a) {
    return (a & ~SIGN) > INFINITY;
  }

  /** Returns whether the bits are a signaling NaN. */
  public static boolean isSignaling(int a) {
    return isNan(a) && (a & QUIET) == 0;
  }

  static boolean isInfinite(int a) {
    return (a & ~SIGN) == INFINITY;
  }

  static boolean isZero(int a) {
    return a << 1 == 0;
  }

  static boolean isDenormal(int a) {
    return (a & INFINITY) == 0 && a << 1 != 0;
  }

  /** Returns whether {@code a} is zero or normal. */
  static boolean plain(int a) {
    return (a + ONE_EXPONENT & (INFINITY ^ ONE_EXPONENT)) != 0 || a << 1 == 0;
  }

  /**
   * Returns whether {@code a} is normal and not in the least binade, where underflow is decided.
   */
  static boolean comfortable(int a) {
    int field = field(a);
    return field > 1 && field < 0xff;
  }

  private static int field(int a) {
    return a >>> 23 & 0xff;
  }

  static int sign(int a) {
    return a >>> 31;
  }

  /** Returns the unbiased exponent of the most significant bit of a finite nonzero number. */
  static int exponent(int a) {
    int field = field(a);
    return field != 0 ? field - 127 : 31 - Integer.numberOfLeadingZeros(a & FRACTION) - 149;
  }

  /** Returns the normalized significand of a finite nonzero number. */
  private static long significand(int a) {
    long fraction = a & FRACTION;
    return (a & INFINITY) != 0
        ? (fraction | ONE_EXPONENT) << 40
        : fraction << Long.numberOfLeadingZeros(fraction);
  }

  static void load(int a, FpEnv env) {
    env.sign = sign(a);
    env.exp = exponent(a);
    env.hi = significand(a);
    env.lo = 0;
  }

  /** Rounds and packs the number in flight, or an exact zero. */
  static int pack(FpEnv env) {
    if (env.hi == 0) {
      return env.sign == 0 ? 0 : SIGN;
    }
    Rounding.sse(24, 127, env);
    return env.sign << 31 | env.exp << 23 | (int) (env.hi >>> 40) & FRACTION;
  }

  /** Passes an operand as a result: it is exact, but a denormal is still tiny. */
  private static int finish(int a, FpEnv env) {
    if (isDenormal(a)) {
      load(a, env);
      return pack(env);
    }
    return a;
  }

  /** Returns an operand as DAZ makes it. */
  static int source(int a, FpEnv env) {
    return env.daz && (a & INFINITY) == 0 ? a & SIGN : a;
  }

  /** Reports denormal operands; true if that is unmasked, so that nothing more is computed. */
  static boolean aborted(int a, int b, FpEnv env) {
    if (isDenormal(a) || isDenormal(b)) {
      env.raise(FpEnv.DE);
      return (env.masks & FpEnv.DE) == 0;
    }
    return false;
  }

  private static boolean aborted3(int a, int b, int c, FpEnv env) {
    boolean product = aborted(a, b, env);
    return aborted(c, c, env) || product;
  }

  private static int invalid(FpEnv env) {
    env.raise(FpEnv.IE);
    return INDEFINITE;
  }

  /** Returns the first operand that is a NaN, quieted. */
  static int propagate(int a, int b, FpEnv env) {
    if (isSignaling(a) || isSignaling(b)) {
      env.raise(FpEnv.IE);
    }
    return (isNan(a) ? a : b) | QUIET;
  }

  private static int propagate3(int a, int b, int c, FpEnv env) {
    if (isSignaling(c)) {
      env.raise(FpEnv.IE);
    }
    return propagate(a, b, env);
  }
}
