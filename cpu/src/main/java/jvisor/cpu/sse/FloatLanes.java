package jvisor.cpu.sse;

import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;

/** Whole floating-point instructions from operations on single elements, with MXCSR and #XM. */
public final class FloatLanes {
  private static final int BEFORE_COMPUTATION = FpEnv.IE | FpEnv.DE | FpEnv.ZE;

  private FloatLanes() {}

  /** An operation on binary32 numbers; unary ones take {@code b}. */
  @FunctionalInterface
  interface Binary32 {
    /** Computes with the destination's element {@code a} and the source's {@code b}. */
    int apply(int a, int b, FpEnv env);
  }

  /** An operation on binary64 numbers; unary ones take {@code b}. */
  @FunctionalInterface
  interface Binary64 {
    /** Computes with the destination's element {@code a} and the source's {@code b}. */
    long apply(long a, long b, FpEnv env);
  }

  /** The processor's floating-point context, set up from MXCSR. */
  public static FpEnv begin(Vcpu c) {
    FpEnv env = c.fp;
    env.loadMxcsr(c.state.mxcsr());
    return env;
  }

  /** Adds the exceptions since {@link #begin} to MXCSR; faults if one is not masked. */
  public static void finish(Vcpu c, FpEnv env) {
    if (env.flags() != 0) {
      report(c, env);
    }
  }

  private static void report(Vcpu c, FpEnv env) {
    boolean early = (env.unmaskedFlags() & BEFORE_COMPUTATION) != 0;
    int flags = early ? env.flags() & BEFORE_COMPUTATION : env.flags();
    c.state.setMxcsr(c.state.mxcsr() | flags);
    if (env.unmasked()) {
      throw (c.state.cr(4) & Control.CR4_OSXMMEXCPT) != 0 ? c.exception(Vector.XM) : c.ud();
    }
  }

  /** Two elements in one word. */
  public static long join(int low, int high) {
    return low & 0xffff_ffffL | (long) high << 32;
  }

  // ---------------------------------------------------------------- vertical

  /** Four elements. */
  static void packed32(Vcpu c, Insn i, Binary32 f) {
    packed32(c, i, f, f);
  }

  /** Four elements, with one operation for elements 0 and 2 and another for 1 and 3. */
  static void packed32(Vcpu c, Insn i, Binary32 even, Binary32 odd) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    FpEnv env = begin(c);
    long lo = both(HostMemory.getLong(d), HostMemory.getLong(s), even, odd, env);
    long hi = both(HostMemory.getLong(d + 8), HostMemory.getLong(s + 8), even, odd, env);
    finish(c, env);
    HostMemory.putLong(d, lo);
    HostMemory.putLong(d + 8, hi);
  }

  private static long both(long a, long b, Binary32 even, Binary32 odd, FpEnv env) {
    int low = even.apply((int) a, (int) b, env);
    int high = odd.apply((int) (a >>> 32), (int) (b >>> 32), env);
    return join(low, high);
  }

  /** Two elements. */
  static void packed64(Vcpu c, Insn i, Binary64 f) {
    packed64(c, i, f, f);
  }

  /** Two elements, with an operation for each. */
  static void packed64(Vcpu c, Insn i, Binary64 even, Binary64 odd) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    FpEnv env = begin(c);
    long lo = even.apply(HostMemory.getLong(d), HostMemory.getLong(s), env);
    long hi = odd.apply(HostMemory.getLong(d + 8), HostMemory.getLong(s + 8), env);
    finish(c, env);
    HostMemory.putLong(d, lo);
    HostMemory.putLong(d + 8, hi);
  }

  // ---------------------------------------------------------------- scalar

  /** Element 0 of four; the others stay. */
  static void scalar32(Vcpu c, Insn i, Binary32 f) {
    VectorAccess.enter(c);
    int s = (int) VectorAccess.scalar(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    FpEnv env = begin(c);
    int r = f.apply(HostMemory.getInt(d), s, env);
    finish(c, env);
    HostMemory.putInt(d, r);
  }

  /** Element 0 of two; the other stays. */
  static void scalar64(Vcpu c, Insn i, Binary64 f) {
    VectorAccess.enter(c);
    long s = VectorAccess.scalar(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    FpEnv env = begin(c);
    long r = f.apply(HostMemory.getLong(d), s, env);
    finish(c, env);
    HostMemory.putLong(d, r);
  }

  // ---------------------------------------------------------------- horizontal

  /** Neighbours of the destination, then neighbours of the source. */
  static void neighbours32(Vcpu c, Insn i, Binary32 f) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    FpEnv env = begin(c);
    long lo = across(HostMemory.getLong(d), HostMemory.getLong(d + 8), f, env);
    long hi = across(HostMemory.getLong(s), HostMemory.getLong(s + 8), f, env);
    finish(c, env);
    HostMemory.putLong(d, lo);
    HostMemory.putLong(d + 8, hi);
  }

  private static long across(long lo, long hi, Binary32 f, FpEnv env) {
    int low = f.apply((int) lo, (int) (lo >>> 32), env);
    int high = f.apply((int) hi, (int) (hi >>> 32), env);
    return join(low, high);
  }

  /** The two elements of the destination, then those of the source. */
  static void neighbours64(Vcpu c, Insn i, Binary64 f) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    FpEnv env = begin(c);
    long lo = f.apply(HostMemory.getLong(d), HostMemory.getLong(d + 8), env);
    long hi = f.apply(HostMemory.getLong(s), HostMemory.getLong(s + 8), env);
    finish(c, env);
    HostMemory.putLong(d, lo);
    HostMemory.putLong(d + 8, hi);
  }
}
