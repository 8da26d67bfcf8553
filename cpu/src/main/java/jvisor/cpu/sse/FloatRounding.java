package jvisor.cpu.sse;

import jvisor.cpu.softfloat.Convert32;
import jvisor.cpu.softfloat.Convert64;
import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.softfloat.HostFunctions;
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

  private static int round(int b, int order, FpEnv env) {
    return Convert32.roundToIntegral(b, mode(order, env), (order & ROUND_QUIETLY) != 0, env);
  }

  private static long round(long b, int order, FpEnv env) {
    return Convert64.roundToIntegral(b, mode(order, env), (order & ROUND_QUIETLY) != 0, env);
  }

  private static int mode(int order, FpEnv env) {
    return (order & ROUND_BY_MXCSR) != 0 ? env.rounding() : order & 3;
  }

  /** ROUNDPS: binary32 numbers to integral ones. */
  static void roundps(Vcpu c, Insn i) {
    FloatLanes.unary32(c, i, FloatRounding::round);
  }

  /** ROUNDSS: one binary32 number to an integral one. */
  static void roundss(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    int s = (int) VectorAccess.scalar(c, i, VectorAccess.second(i));
    FpEnv env = FloatLanes.begin(c);
    int r = round(s, VectorAccess.immediate(i), env);
    FloatLanes.finish(c, env);
    VectorAccess.setSingle(c, i, r);
  }

  /** ROUNDPD: binary64 numbers to integral ones. */
  static void roundpd(Vcpu c, Insn i) {
    FloatLanes.unary64(c, i, FloatRounding::round);
  }

  /** ROUNDSD: one binary64 number to an integral one. */
  static void roundsd(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.scalar(c, i, VectorAccess.second(i));
    FpEnv env = FloatLanes.begin(c);
    long r = round(s, VectorAccess.immediate(i), env);
    FloatLanes.finish(c, env);
    VectorAccess.setDouble(c, i, r);
  }

  /** RCPPS: approximate reciprocals. */
  static void rcpps(Vcpu c, Insn i) {
    FloatLanes.unary32(c, i, (b, order, env) -> HostFunctions.reciprocal(b));
  }

  /** RCPSS: an approximate reciprocal. */
  static void rcpss(Vcpu c, Insn i) {
    FloatLanes.scalar32(c, i, (a, b, env) -> HostFunctions.reciprocal(b));
  }

  /** RSQRTPS: approximate reciprocals of square roots. */
  static void rsqrtps(Vcpu c, Insn i) {
    FloatLanes.unary32(c, i, (b, order, env) -> HostFunctions.reciprocalSqrt(b));
  }

  /** RSQRTSS: an approximate reciprocal of a square root. */
  static void rsqrtss(Vcpu c, Insn i) {
    FloatLanes.scalar32(c, i, (a, b, env) -> HostFunctions.reciprocalSqrt(b));
  }

  /**
   * DPPS: a dot product of chosen elements to chosen elements of each lane. Products, sums of two
   * and the sum of four are three steps, each with its own exceptions.
   */
  static void dpps(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    int order = VectorAccess.immediate(i);
    int upper = i.a.size() > 16 ? order : order & 15;
    FpEnv env = FloatLanes.begin(c);
    int p0 = product(a, b, 0, order, env);
    int p1 = product(a, b, 1, order, env);
    int p2 = product(a, b, 2, order, env);
    int p3 = product(a, b, 3, order, env);
    int q0 = product(a + 16, b + 16, 0, upper, env);
    int q1 = product(a + 16, b + 16, 1, upper, env);
    int q2 = product(a + 16, b + 16, 2, upper, env);
    int q3 = product(a + 16, b + 16, 3, upper, env);
    FloatLanes.finish(c, env);
    env = FloatLanes.begin(c);
    p0 = SoftFloat32.add(p0, p1, env);
    p2 = SoftFloat32.add(p2, p3, env);
    q0 = SoftFloat32.add(q0, q1, env);
    q2 = SoftFloat32.add(q2, q3, env);
    FloatLanes.finish(c, env);
    env = FloatLanes.begin(c);
    int p = SoftFloat32.add(p0, p2, env);
    int q = SoftFloat32.add(q0, q2, env);
    FloatLanes.finish(c, env);
    long d = VectorAccess.destination(c, i);
    spread(d, p, order);
    if (VectorAccess.isWide(i, d)) {
      spread(d + 16, q, order);
    }
  }

  private static int product(long a, long b, int k, int order, FpEnv env) {
    return (order >> 4 + k & 1) != 0
        ? SoftFloat32.mul(HostMemory.getInt(a + 4L * k), HostMemory.getInt(b + 4L * k), env)
        : 0;
  }

  private static void spread(long d, int sum, int order) {
    for (int k = 0; k < 4; k++) {
      HostMemory.putInt(d + 4L * k, (order >> k & 1) != 0 ? sum : 0);
    }
  }

  /** DPPD: as DPPS, for two elements and in two steps. */
  static void dppd(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    int order = VectorAccess.immediate(i);
    FpEnv env = FloatLanes.begin(c);
    long p0 = 0;
    if ((order & 0x10) != 0) {
      p0 = SoftFloat64.mul(HostMemory.getLong(a), HostMemory.getLong(b), env);
    }
    long p1 = 0;
    if ((order & 0x20) != 0) {
      p1 = SoftFloat64.mul(HostMemory.getLong(a + 8), HostMemory.getLong(b + 8), env);
    }
    FloatLanes.finish(c, env);
    env = FloatLanes.begin(c);
    long sum = SoftFloat64.add(p0, p1, env);
    FloatLanes.finish(c, env);
    VectorAccess.set(c, i, (order & 1) != 0 ? sum : 0, (order & 2) != 0 ? sum : 0);
  }
}
