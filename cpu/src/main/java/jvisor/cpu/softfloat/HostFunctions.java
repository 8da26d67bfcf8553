package jvisor.cpu.softfloat;

import jvisor.host.HostMath;

/**
 * Functions whose last bits manuals leave to the processor, as the host's processor has them. On
 * hosts without them callers use {@link Logarithm80}, {@link Trigonometry80}, {@link ArcTangent80}
 * and {@link Approximation32}.
 */
public final class HostFunctions {
  private static final int ROUNDED_UP = 0x200;
  private static final boolean AVAILABLE = HostMath.isAvailable();

  private HostFunctions() {}

  /**
   * Runs a function of {@link HostMath} and leaves flags and the new ST(0) in {@code env}; the new
   * ST(1) of FSINCOS and FPTAN is in {@code env.host()}.
   *
   * @return false if the host has no such function and nothing has been done
   */
  public static boolean run(
      int function, long st0, int signExponent0, long st1, int signExponent1, FpEnv env) {
    if (!AVAILABLE) {
      return false;
    }
    HostMath host = env.host();
    int precision = env.precision == 24 ? 0 : env.precision == 53 ? 2 : 3;
    int control = env.rounding << 10 | precision << 8 | env.masks;
    int status = host.run(function, control, st0, signExponent0, st1, signExponent1);
    env.raise(status & FpEnv.ALL);
    env.roundedUp = (status & ROUNDED_UP) != 0;
    env.give(host.significand(0), host.signExponent(0));
    return true;
  }

  /** RCPSS of one binary32. */
  public static int reciprocal(int bits) {
    return AVAILABLE ? HostMath.reciprocal(bits) : Approximation32.reciprocal(bits);
  }

  /** RSQRTSS of one binary32. */
  public static int reciprocalSqrt(int bits) {
    return AVAILABLE ? HostMath.reciprocalRoot(bits) : Approximation32.reciprocalSqrt(bits);
  }
}
