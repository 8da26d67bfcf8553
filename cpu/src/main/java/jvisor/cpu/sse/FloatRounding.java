package jvisor.cpu.sse;

import jvisor.cpu.softfloat.Approximation32;
import jvisor.cpu.softfloat.Convert32;
import jvisor.cpu.softfloat.Convert64;
import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.softfloat.SoftFloat32;
import jvisor.cpu.softfloat.SoftFloat64;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Rounding to integral numbers, approximations and dot products. */
final class FloatRounding {
  private static final int ROUND_BY_MXCSR = 4;
  private static final int ROUND_QUIETLY = 8;

  private FloatRounding() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.ROUNDPS, FloatRounding::roundps);
    t.bind(Mnemonic.ROUNDSS, FloatRounding::roundss);
    t.bind(Mnemonic.ROUNDPD, FloatRounding::roundpd);
    t.bind(Mnemonic.ROUNDSD, FloatRounding::roundsd);
    t.bind(Mnemonic.RCPPS, FloatRounding::rcpps);
    t.bind(Mnemonic.RCPSS, FloatRounding::rcpss);
    t.bind(Mnemonic.RSQRTPS, FloatRounding::rsqrtps);
    t.bind(Mnemonic.RSQRTSS, FloatRounding::rsqrtss);
    t.bind(Mnemonic.DPPS, FloatRounding::dpps);
    t.bind(Mnemonic.DPPD, FloatRounding::dppd);
  }

  private static int mode(Vcpu c, int order) {
    return (order & ROUND_BY_MXCSR) != 0 ? c.state.mxcsr() >>> 13 & 3 : order & 3;
  }

  /** ROUNDPS: four numbers to integral ones. */
  static void roundps(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    int order = VectorAccess.immediate(i);
    FpEnv env = FloatLanes.begin(c);
    long lo = roundBoth(HostMemory.getLong(s), mode(c, order), order, env);
    long hi = roundBoth(HostMemory.getLong(s + 8), mode(c, order), order, env);
    FloatLanes.finish(c, env);
    VectorAccess.setXmm(c, i.a.index(), lo, hi);
  }

  private static long roundBoth(long pair, int mode, int order, FpEnv env) {
    boolean quietly = (order & ROUND_QUIETLY) != 0;
    int low = Convert32.roundToIntegral((int) pair, mode, quietly, env);
    int high = Convert32.roundToIntegral((int) (pair >>> 32), mode, quietly, env);
    return FloatLanes.join(low, high);
  }

  /** ROUNDSS: one binary32 number to an integral one. */
  static void roundss(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    int s = (int) VectorAccess.scalar(c, i, i.b);
    int order = VectorAccess.immediate(i);
    FpEnv env = FloatLanes.begin(c);
    int r = Convert32.roundToIntegral(s, mode(c, order), (order & ROUND_QUIETLY) != 0, env);
    FloatLanes.finish(c, env);
    HostMemory.putInt(VectorAccess.xmm(c, i.a.index()), r);
  }

  /** ROUNDPD: two numbers to integral ones. */
  static void roundpd(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    int order = VectorAccess.immediate(i);
    boolean quietly = (order & ROUND_QUIETLY) != 0;
    int mode = mode(c, order);
    FpEnv env = FloatLanes.begin(c);
    long lo = Convert64.roundToIntegral(HostMemory.getLong(s), mode, quietly, env);
    long hi = Convert64.roundToIntegral(HostMemory.getLong(s + 8), mode, quietly, env);
    FloatLanes.finish(c, env);
    VectorAccess.setXmm(c, i.a.index(), lo, hi);
  }

  /** ROUNDSD: one binary64 number to an integral one. */
  static void roundsd(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.scalar(c, i, i.b);
    int order = VectorAccess.immediate(i);
    FpEnv env = FloatLanes.begin(c);
    long r = Convert64.roundToIntegral(s, mode(c, order), (order & ROUND_QUIETLY) != 0, env);
    FloatLanes.finish(c, env);
    HostMemory.putLong(VectorAccess.xmm(c, i.a.index()), r);
  }

  /** RCPPS: approximate reciprocals. */
  static void rcpps(Vcpu c, Insn i) {
    FloatLanes.packed32(c, i, (a, b, env) -> Approximation32.reciprocal(b));
  }

  /** RCPSS: an approximate reciprocal. */
  static void rcpss(Vcpu c, Insn i) {
    FloatLanes.scalar32(c, i, (a, b, env) -> Approximation32.reciprocal(b));
  }

  /** RSQRTPS: approximate reciprocals of square roots. */
  static void rsqrtps(Vcpu c, Insn i) {
    FloatLanes.packed32(c, i, (a, b, env) -> Approximation32.reciprocalSqrt(b));
  }

  /** RSQRTSS: an approximate reciprocal of a square root. */
  static void rsqrtss(Vcpu c, Insn i) {
    FloatLanes.scalar32(c, i, (a, b, env) -> Approximation32.reciprocalSqrt(b));
  }

  /**
   * DPPS: a dot product of chosen elements to chosen elements. Products, sums of two and the sum of
   * four are three steps, each with its own exceptions.
   */
  static void dpps(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    int order = VectorAccess.immediate(i);
    FpEnv env = FloatLanes.begin(c);
    int p0 = product(d, s, 0, order, env);
    int p1 = product(d, s, 1, order, env);
    int p2 = product(d, s, 2, order, env);
    int p3 = product(d, s, 3, order, env);
    FloatLanes.finish(c, env);
    env = FloatLanes.begin(c);
    int low = SoftFloat32.add(p0, p1, env);
    int high = SoftFloat32.add(p2, p3, env);
    FloatLanes.finish(c, env);
    env = FloatLanes.begin(c);
    int sum = SoftFloat32.add(low, high, env);
    FloatLanes.finish(c, env);
    for (int k = 0; k < 4; k++) {
      HostMemory.putInt(d + 4L * k, (order >> k & 1) != 0 ? sum : 0);
    }
  }

  private static int product(long d, long s, int k, int order, FpEnv env) {
    return (order >> 4 + k & 1) != 0
        ? SoftFloat32.mul(HostMemory.getInt(d + 4L * k), HostMemory.getInt(s + 4L * k), env)
        : 0;
  }

  /** DPPD: as DPPS, for two elements and in two steps. */
  static void dppd(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    int order = VectorAccess.immediate(i);
    FpEnv env = FloatLanes.begin(c);
    long p0 = 0;
    if ((order & 0x10) != 0) {
      p0 = SoftFloat64.mul(HostMemory.getLong(d), HostMemory.getLong(s), env);
    }
    long p1 = 0;
    if ((order & 0x20) != 0) {
      p1 = SoftFloat64.mul(HostMemory.getLong(d + 8), HostMemory.getLong(s + 8), env);
    }
    FloatLanes.finish(c, env);
    env = FloatLanes.begin(c);
    long sum = SoftFloat64.add(p0, p1, env);
    FloatLanes.finish(c, env);
    HostMemory.putLong(d, (order & 1) != 0 ? sum : 0);
    HostMemory.putLong(d + 8, (order & 2) != 0 ? sum : 0);
  }
}
