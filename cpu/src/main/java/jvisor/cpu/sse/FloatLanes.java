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

  /** Bytes in a destination of two lanes. */
  private static final int WIDE = 32;

  private FloatLanes() {}

  /** An operation on binary32 numbers; unary ones take {@code b}. */
  @FunctionalInterface
  interface Binary32 {
    /** Computes with elements of the first and the second source. */
    int apply(int a, int b, FpEnv env);
  }

  /** An operation on binary64 numbers; unary ones take {@code b}. */
  @FunctionalInterface
  interface Binary64 {
    /** Computes with elements of the first and the second source. */
    long apply(long a, long b, FpEnv env);
  }

  /** An operation on a binary32 number. */
  @FunctionalInterface
  interface Unary32 {
    /** Computes as the immediate {@code order} says. */
    int apply(int b, int order, FpEnv env);
  }

  /** An operation on a binary64 number. */
  @FunctionalInterface
  interface Unary64 {
    /** Computes as the immediate {@code order} says. */
    long apply(long b, int order, FpEnv env);
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

  /** All elements. */
  static void packed32(Vcpu c, Insn i, Binary32 f) {
    packed32(c, i, f, f);
  }

  /** All elements, with one operation for even elements and another for odd ones. */
  static void packed32(Vcpu c, Insn i, Binary32 even, Binary32 odd) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    FpEnv env = begin(c);
    long r0 = both(HostMemory.getLong(a), HostMemory.getLong(b), even, odd, env);
    long r1 = both(HostMemory.getLong(a + 8), HostMemory.getLong(b + 8), even, odd, env);
    long r2 = 0;
    long r3 = 0;
    if (i.a.size() == WIDE) {
      r2 = both(HostMemory.getLong(a + 16), HostMemory.getLong(b + 16), even, odd, env);
      r3 = both(HostMemory.getLong(a + 24), HostMemory.getLong(b + 24), even, odd, env);
    }
    finish(c, env);
    VectorAccess.set(c, i, r0, r1, r2, r3);
  }

  private static long both(long a, long b, Binary32 even, Binary32 odd, FpEnv env) {
    int low = even.apply((int) a, (int) b, env);
    int high = odd.apply((int) (a >>> 32), (int) (b >>> 32), env);
    return join(low, high);
  }

  /** All elements of the one source. */
  static void unary32(Vcpu c, Insn i, Unary32 f) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.source(c, i, i.b);
    int order = VectorAccess.immediate(i);
    FpEnv env = begin(c);
    long r0 = both(HostMemory.getLong(b), order, f, env);
    long r1 = both(HostMemory.getLong(b + 8), order, f, env);
    long r2 = 0;
    long r3 = 0;
    if (i.a.size() == WIDE) {
      r2 = both(HostMemory.getLong(b + 16), order, f, env);
      r3 = both(HostMemory.getLong(b + 24), order, f, env);
    }
    finish(c, env);
    VectorAccess.set(c, i, r0, r1, r2, r3);
  }

  private static long both(long b, int order, Unary32 f, FpEnv env) {
    return join(f.apply((int) b, order, env), f.apply((int) (b >>> 32), order, env));
  }

  /** All elements. */
  static void packed64(Vcpu c, Insn i, Binary64 f) {
    packed64(c, i, f, f);
  }

  /** All elements, with one operation for even elements and another for odd ones. */
  static void packed64(Vcpu c, Insn i, Binary64 even, Binary64 odd) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    FpEnv env = begin(c);
    long r0 = even.apply(HostMemory.getLong(a), HostMemory.getLong(b), env);
    long r1 = odd.apply(HostMemory.getLong(a + 8), HostMemory.getLong(b + 8), env);
    long r2 = 0;
    long r3 = 0;
    if (i.a.size() == WIDE) {
      r2 = even.apply(HostMemory.getLong(a + 16), HostMemory.getLong(b + 16), env);
      r3 = odd.apply(HostMemory.getLong(a + 24), HostMemory.getLong(b + 24), env);
    }
    finish(c, env);
    VectorAccess.set(c, i, r0, r1, r2, r3);
  }

  /** All elements of the one source. */
  static void unary64(Vcpu c, Insn i, Unary64 f) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.source(c, i, i.b);
    int order = VectorAccess.immediate(i);
    FpEnv env = begin(c);
    long r0 = f.apply(HostMemory.getLong(b), order, env);
    long r1 = f.apply(HostMemory.getLong(b + 8), order, env);
    long r2 = 0;
    long r3 = 0;
    if (i.a.size() == WIDE) {
      r2 = f.apply(HostMemory.getLong(b + 16), order, env);
      r3 = f.apply(HostMemory.getLong(b + 24), order, env);
    }
    finish(c, env);
    VectorAccess.set(c, i, r0, r1, r2, r3);
  }

  // ---------------------------------------------------------------- scalar

  /** Element 0; the others are the first source's. */
  static void scalar32(Vcpu c, Insn i, Binary32 f) {
    VectorConditions.enter(c, i);
    int b = (int) VectorAccess.scalar(c, i, VectorAccess.second(i));
    long a = VectorAccess.first(c, i);
    FpEnv env = begin(c);
    int r = f.apply(HostMemory.getInt(a), b, env);
    finish(c, env);
    VectorAccess.setSingle(c, i, r);
  }

  /** Element 0; the other is the first source's. */
  static void scalar64(Vcpu c, Insn i, Binary64 f) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.scalar(c, i, VectorAccess.second(i));
    long a = VectorAccess.first(c, i);
    FpEnv env = begin(c);
    long r = f.apply(HostMemory.getLong(a), b, env);
    finish(c, env);
    VectorAccess.setDouble(c, i, r);
  }

  // ---------------------------------------------------------------- horizontal

  /** In each lane, neighbours of the first source, then neighbours of the second. */
  static void neighbours32(Vcpu c, Insn i, Binary32 f) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    FpEnv env = begin(c);
    long r0 = across(a, f, env);
    long r1 = across(b, f, env);
    long r2 = 0;
    long r3 = 0;
    if (i.a.size() == WIDE) {
      r2 = across(a + 16, f, env);
      r3 = across(b + 16, f, env);
    }
    finish(c, env);
    VectorAccess.set(c, i, r0, r1, r2, r3);
  }

  private static long across(long at, Binary32 f, FpEnv env) {
    long lo = HostMemory.getLong(at);
    long hi = HostMemory.getLong(at + 8);
    int low = f.apply((int) lo, (int) (lo >>> 32), env);
    int high = f.apply((int) hi, (int) (hi >>> 32), env);
    return join(low, high);
  }

  /** In each lane, the two elements of the first source, then those of the second. */
  static void neighbours64(Vcpu c, Insn i, Binary64 f) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    FpEnv env = begin(c);
    long r0 = f.apply(HostMemory.getLong(a), HostMemory.getLong(a + 8), env);
    long r1 = f.apply(HostMemory.getLong(b), HostMemory.getLong(b + 8), env);
    long r2 = 0;
    long r3 = 0;
    if (i.a.size() == WIDE) {
      r2 = f.apply(HostMemory.getLong(a + 16), HostMemory.getLong(a + 24), env);
      r3 = f.apply(HostMemory.getLong(b + 16), HostMemory.getLong(b + 24), env);
    }
    finish(c, env);
    VectorAccess.set(c, i, r0, r1, r2, r3);
  }
}
