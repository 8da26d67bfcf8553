package jvisor.cpu.softfloat;

/** The packed decimal integers of FBLD and FBSTP: 18 digits in nine bytes, then a sign byte. */
public final class Bcd80 {
  /** The sign byte and the highest digit pair of packed BCD indefinite. */
  public static final int INDEFINITE_HIGH = 0xffff;

  /** The other eight bytes of packed BCD indefinite. */
  public static final long INDEFINITE_LOW = 0xc000000000000000L;

  private static final long GREATEST = 999_999_999_999_999_999L;

  private Bcd80() {}

  /**
   * Loads a packed decimal, exactly.
   *
   * @param low digits 0 to 15, four bits each
   * @param high digits 16 and 17, and the sign in bit 15
   */
  public static void load(long low, int high, FpEnv env) {
    long n = 0;
    for (int digit = 17; digit >= 0; digit--) {
      long bits = digit > 15 ? high >>> (digit - 16) * 4 : low >>> digit * 4;
      n = n * 10 + (bits & 15);
    }
    Convert80.fromInteger(n, env);
    env.result(env.signExponent | high & SoftFloat80.SIGN, env.significand);
  }

  /**
   * Rounds a number to a decimal integer and leaves digits 0 to 15 in {@link FpEnv#significand},
   * digits 16 and 17 and the sign in {@link FpEnv#signExponent}; out of range gives IE and the
   * packed BCD indefinite.
   */
  public static void store(long a, int se, FpEnv env) {
    long n = Convert80.toInteger(a, se, 64, false, env);
    if (n > GREATEST || n < -GREATEST || (env.flags & FpEnv.IE) != 0) {
      env.forget(FpEnv.PE);
      env.roundedUp = false;
      env.raise(FpEnv.IE);
      env.result(INDEFINITE_HIGH, INDEFINITE_LOW);
      return;
    }
    long magnitude = Math.abs(n);
    long low = 0;
    for (int digit = 0; digit < 16; digit++) {
      low |= magnitude % 10 << digit * 4;
      magnitude /= 10;
    }
    int high = (int) (magnitude % 10 | magnitude / 10 << 4);
    env.result(se & SoftFloat80.SIGN | high, low);
  }
}
