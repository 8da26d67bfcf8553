package jvisor.cpu.softfloat;

/** The partial remainders FPREM and FPREM1 (Intel SDM volume 2). */
public final class Remainder80 {
  /** Set in the answer when the reduction is not complete: C2. */
  public static final int INCOMPLETE = 8;

  /** Answer if there is no quotient: NaNs, invalid operands, unmasked DE. */
  public static final int NONE = 16;

  private Remainder80() {}

  /**
   * Computes the remainder of {@code a / b}, or reduces the exponent of {@code a} if those of the
   * operands are 64 or more apart. Exact.
   *
   * @param nearest whether the quotient is rounded to nearest (FPREM1) or truncated (FPREM)
   * @return the low three bits of the quotient, {@link #INCOMPLETE} or {@link #NONE}
   */
  public static int remainder(long a, int seA, long b, int seB, boolean nearest, FpEnv env) {
    if (SoftFloat80.isNoNumber(a, seA, b, seB, env)) {
      return NONE;
    }
    if (SoftFloat80.isInfinite(a, seA) || b == 0) {
      SoftFloat80.invalid(env);
      return NONE;
    }
    if (SoftFloat80.aborted(a, seA, b, seB, env)) {
      return NONE;
    }
    if (a == 0) {
      env.result(seA, a);
      return 0;
    }
    SoftFloat80.load(a, seA, env);
    if (SoftFloat80.isInfinite(b, seB)) {
      Rounding.x87(64, env);
      return 0;
    }
    int sign = env.sign;
    int exp = env.exp;
    long dividend = env.hi;
    SoftFloat80.load(b, seB, env);
    return reduce(sign, exp, dividend, env.exp, env.hi, nearest, env);
  }

  private static int reduce(
      int sign, int exp, long dividend, int expB, long divisor, boolean nearest, FpEnv env) {
    int distance = exp - expB;
    long remainder = dividend;
    long quotient = 0;
    int at = expB;
    int result = 0;
    if (distance < 0) {
      at = exp;
      if (nearest && distance == -1 && Long.compareUnsigned(dividend, divisor) > 0) {
        remainder = (divisor << 1) - dividend;
        sign ^= 1;
        quotient = 1;
      }
    } else {
      int steps = distance;
      if (distance >= 64) {
        // As hardware does: the exponent drops by 32 to 63 so that a multiple of 32 remains.
        steps = 32 + (distance & 31);
        at = exp - steps;
        result = INCOMPLETE;
      }
      boolean carry = false;
      for (int i = 0; i <= steps; i++) {
        quotient <<= 1;
        if (carry || Long.compareUnsigned(remainder, divisor) >= 0) {
          remainder -= divisor;
          quotient |= 1;
        }
        if (i < steps) {
          carry = remainder < 0;
          remainder <<= 1;
        }
      }
      if (nearest && result == 0) {
        long rest = divisor - remainder;
        int order = Long.compareUnsigned(remainder, rest);
        if (order > 0 || order == 0 && (quotient & 1) != 0) {
          remainder = rest;
          sign ^= 1;
          quotient++;
        }
      }
    }
    if (remainder == 0) {
      env.result(sign << 15, 0);
    } else {
      Exact.set(sign, at, remainder, env);
      Rounding.x87(64, env);
    }
    return result != 0 ? result : (int) quotient & 7;
  }
}
