package jvisor.cpu.softfloat;

/** Rounds the number in flight (see {@link Exact}) to a format, and detects OE, UE and PE. */
final class Rounding {
  private Rounding() {}

  /** Returns whether bits below the first {@code precision} are set. */
  static boolean inexact(int precision, FpEnv env) {
    return (env.lo | env.hi & below(precision)) != 0;
  }

  private static long below(int precision) {
    return precision == 64 ? 0 : -1L >>> precision;
  }

  /** Returns whether rounding to {@code precision} bits, in the mode in force, goes up. */
  static boolean increments(int precision, FpEnv env) {
    return switch (env.rounding) {
      case FpEnv.NEAREST -> isAboveHalf(precision, env);
      case FpEnv.DOWN -> env.sign != 0 && inexact(precision, env);
      case FpEnv.UP -> env.sign == 0 && inexact(precision, env);
      default -> false;
    };
  }

  /** Returns whether the bits to drop are more than half a unit, or half and the unit is odd. */
  private static boolean isAboveHalf(int precision, FpEnv env) {
    if (precision == 64) {
      return env.lo < 0 && (env.lo << 1 | env.hi & 1) != 0;
    }
    long rest = env.hi & below(precision);
    long half = Long.MIN_VALUE >>> precision;
    return rest > half || rest == half && (env.lo | env.hi & half << 1) != 0;
  }

  /**
   * Rounds the significand to {@code precision} bits counted from bit 127, whether normalized or
   * not, with the exponent following a carry.
   *
   * @return whether the result is inexact
   */
  static boolean round(int precision, FpEnv env) {
    boolean inexact = inexact(precision, env);
    boolean up = increments(precision, env);
    env.roundedUp = up;
    long kept = env.hi & ~below(precision);
    if (up) {
      kept += below(precision) + 1;
      if (kept == 0) {
        kept = Long.MIN_VALUE;
        env.exp++;
      }
    }
    env.hi = kept;
    env.lo = 0;
    return inexact;
  }

  /** Returns whether rounding a normalized significand carries into the next power of two. */
  static boolean carries(int precision, FpEnv env) {
    return (env.hi | below(precision)) == -1L && increments(precision, env);
  }

  /**
   * Rounds a normalized number to binary32 or binary64 as SSE does. Leaves the biased exponent in
   * {@code exp} and the significand in {@code hi}, integer bit at bit 63.
   *
   * @param precision significand bits, 24 or 53
   * @param bias exponent bias, which is also the greatest exponent
   */
  static void sse(int precision, int bias, FpEnv env) {
    int least = 1 - bias;
    if (env.exp < least) {
      tiny(precision, bias, env);
      return;
    }
    boolean inexact = round(precision, env);
    if (env.exp > bias) {
      env.flags |= inexact || (env.masks & FpEnv.OE) != 0 ? FpEnv.OE | FpEnv.PE : FpEnv.OE;
      overflow(precision, 2 * bias + 1, env);
      return;
    }
    if (inexact) {
      env.flags |= FpEnv.PE;
    }
    env.exp += bias;
  }

  private static void tiny(int precision, int bias, FpEnv env) {
    int least = 1 - bias;
    boolean tiny = env.exp < least - 1 || !carries(precision, env);
    if (tiny) {
      if ((env.masks & FpEnv.UE) == 0) {
        env.flags |= inexact(precision, env) ? FpEnv.UE | FpEnv.PE : FpEnv.UE;
        env.exp = 0;
        env.hi = 0;
        return;
      }
      if (env.ftz) {
        env.flags |= FpEnv.UE | FpEnv.PE;
        env.exp = 0;
        env.hi = 0;
        return;
      }
    }
    Exact.shiftRightSticky(Math.min(128, least - env.exp), env);
    if (round(precision, env)) {
      env.flags |= tiny ? FpEnv.UE | FpEnv.PE : FpEnv.PE;
    }
    env.exp = env.hi < 0 ? 1 : 0;
  }

  /**
   * Rounds a normalized number to a result in an x87 register, and leaves it in the environment.
   * With OE or UE unmasked the exponent wraps around by 24,576 (SDM vol. 1, 8.5.4 and 8.5.5).
   *
   * @param precision significand bits to keep: 24, 53 or 64
   */
  static void x87(int precision, FpEnv env) {
    if (env.exp < SoftFloat80.LEAST) {
      tiny80(precision, env);
      return;
    }
    boolean inexact = round(precision, env);
    if (env.exp > SoftFloat80.BIAS) {
      if ((env.masks & FpEnv.OE) == 0) {
        env.flags |= inexact ? FpEnv.OE | FpEnv.PE : FpEnv.OE;
        wrap(-SoftFloat80.WRAP, env);
        return;
      }
      env.flags |= FpEnv.OE | FpEnv.PE;
      overflow(precision, SoftFloat80.INFINITY, env);
      deliver(env.exp, env);
      return;
    }
    if (inexact) {
      env.flags |= FpEnv.PE;
    }
    deliver(env.exp + SoftFloat80.BIAS, env);
  }

  private static void tiny80(int precision, FpEnv env) {
    boolean tiny = env.exp < SoftFloat80.LEAST - 1 || !carries(precision, env);
    if (tiny && (env.masks & FpEnv.UE) == 0) {
      env.flags |= round(precision, env) ? FpEnv.UE | FpEnv.PE : FpEnv.UE;
      wrap(SoftFloat80.WRAP, env);
      return;
    }
    Exact.shiftRightSticky(Math.min(128, SoftFloat80.LEAST - env.exp), env);
    if (round(precision, env)) {
      env.flags |= tiny ? FpEnv.UE | FpEnv.PE : FpEnv.PE;
    }
    deliver(env.hi < 0 ? 1 : 0, env);
  }

  /** Delivers a number with its exponent moved; FSCALE can be too far away even for that. */
  private static void wrap(int by, FpEnv env) {
    int field = env.exp + SoftFloat80.BIAS + by;
    boolean far = by > 0 ? field <= 0 : field >= SoftFloat80.INFINITY;
    if (far) {
      env.flags |= FpEnv.PE;
      env.roundedUp = by < 0;
      env.hi = by < 0 ? Long.MIN_VALUE : 0;
      field = by < 0 ? SoftFloat80.INFINITY : 0;
    }
    deliver(field, env);
  }

  private static void deliver(int field, FpEnv env) {
    env.result(env.sign << 15 | field & SoftFloat80.INFINITY, env.hi);
  }

  /** Leaves infinity or the greatest finite number, whichever the rounding mode gives. */
  static void overflow(int precision, int infinity, FpEnv env) {
    boolean toInfinity =
        switch (env.rounding) {
          case FpEnv.NEAREST -> true;
          case FpEnv.DOWN -> env.sign != 0;
          case FpEnv.UP -> env.sign == 0;
          default -> false;
        };
    env.roundedUp = toInfinity;
    env.exp = toInfinity ? infinity : infinity - 1;
    env.hi = toInfinity ? Long.MIN_VALUE : ~below(precision);
  }

  /**
   * Rounds a normalized number to a signed integer. Out of range gives IE and the integer
   * indefinite; otherwise an inexact result gives PE.
   *
   * @param width 16, 32 or 64 bits
   */
  static long toInteger(int width, FpEnv env) {
    long indefinite = -1L << (width - 1);
    int sign = env.sign;
    if (env.exp > 63) {
      env.flags |= FpEnv.IE;
      return indefinite;
    }
    boolean inexact = integral(env);
    long limit = sign == 0 ? ~indefinite : -indefinite;
    if (env.exp != 0 || Long.compareUnsigned(env.hi, limit) > 0) {
      env.flags |= FpEnv.IE;
      env.roundedUp = false;
      return indefinite;
    }
    if (inexact) {
      env.flags |= FpEnv.PE;
    }
    return sign == 0 ? env.hi : -env.hi;
  }

  /**
   * Rounds a number below 2^64 to an unsigned integer in {@code hi}; {@code exp} becomes 1 if that
   * carried out of 64 bits, else 0.
   *
   * @return whether the result is inexact
   */
  static boolean integral(FpEnv env) {
    Exact.shiftRightSticky(Math.min(128, 63 - env.exp), env);
    env.exp = 0;
    return round(64, env);
  }
}
