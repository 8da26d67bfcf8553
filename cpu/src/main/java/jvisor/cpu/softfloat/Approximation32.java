package jvisor.cpu.softfloat;

/** The approximations of RCPSS and RSQRTSS. */
public final class Approximation32 {
  private Approximation32() {}

  /**
   * Returns an approximation of the reciprocal as RCPSS does: relative error at most 1.5 * 2^-12,
   * denormals in and out are zeros, and no exceptions, whatever MXCSR says.
   */
  public static int reciprocal(int a) {
    if (SoftFloat32.isNan(a)) {
      return a | SoftFloat32.QUIET;
    }
    if (SoftFloat32.isZero(a) || SoftFloat32.isDenormal(a)) {
      return a & SoftFloat32.SIGN | SoftFloat32.INFINITY;
    }
    int r = Float.floatToRawIntBits(1f / Float.intBitsToFloat(a));
    return SoftFloat32.isDenormal(r) ? r & SoftFloat32.SIGN : r;
  }

  /**
   * Returns an approximation of the reciprocal square root as RSQRTSS does, with the rules of
   * {@link #reciprocal}.
   */
  public static int reciprocalSqrt(int a) {
    if (SoftFloat32.isNan(a)) {
      return a | SoftFloat32.QUIET;
    }
    if (SoftFloat32.isZero(a) || SoftFloat32.isDenormal(a)) {
      return a & SoftFloat32.SIGN | SoftFloat32.INFINITY;
    }
    if (a < 0) {
      return SoftFloat32.INDEFINITE;
    }
    return Float.floatToRawIntBits((float) (1 / Math.sqrt(Float.intBitsToFloat(a))));
  }
}
