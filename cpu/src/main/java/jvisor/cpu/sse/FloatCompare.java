package jvisor.cpu.sse;

import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.softfloat.FpRelation;
import jvisor.cpu.softfloat.SoftFloat32;
import jvisor.cpu.softfloat.SoftFloat64;
import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Comparisons of floating-point numbers, to masks and to RFLAGS. */
final class FloatCompare {
  private static final int PREDICATES = 7;
  private static final int PREDICATES_OF_AVX = 31;

  private FloatCompare() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.CMPPS, FloatCompare::cmpps);
    t.bind(Mnemonic.CMPSS, FloatCompare::cmpss);
    t.bind(Mnemonic.CMPPD, FloatCompare::cmppd);
    t.bind(Mnemonic.CMPSD_XMM, FloatCompare::cmpsd);
    t.bind(Mnemonic.COMISS, FloatCompare::comiss);
    t.bind(Mnemonic.COMISD, FloatCompare::comisd);
    t.bind(Mnemonic.UCOMISS, FloatCompare::ucomiss);
    t.bind(Mnemonic.UCOMISD, FloatCompare::ucomisd);
  }

  private static int predicate(Insn i) {
    return VectorAccess.immediate(i) & (i.vex ? PREDICATES_OF_AVX : PREDICATES);
  }

  private static int mask(int a, int b, int predicate, FpEnv env) {
    int relation = SoftFloat32.compare(a, b, FpRelation.signaling(predicate), env);
    return FpRelation.holds(predicate, relation) ? -1 : 0;
  }

  private static long mask(long a, long b, int predicate, FpEnv env) {
    int relation = SoftFloat64.compare(a, b, FpRelation.signaling(predicate), env);
    return FpRelation.holds(predicate, relation) ? -1 : 0;
  }

  /** CMPPS: masks of 32 bits. */
  static void cmpps(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    int predicate = predicate(i);
    FpEnv env = FloatLanes.begin(c);
    long r0 = maskBoth(a, b, predicate, env);
    long r1 = maskBoth(a + 8, b + 8, predicate, env);
    long r2 = 0;
    long r3 = 0;
    if (i.a.size() > 16) {
      r2 = maskBoth(a + 16, b + 16, predicate, env);
      r3 = maskBoth(a + 24, b + 24, predicate, env);
    }
    FloatLanes.finish(c, env);
    VectorAccess.set(c, i, r0, r1, r2, r3);
  }

  private static long maskBoth(long a, long b, int predicate, FpEnv env) {
    int low = mask(HostMemory.getInt(a), HostMemory.getInt(b), predicate, env);
    int high = mask(HostMemory.getInt(a + 4), HostMemory.getInt(b + 4), predicate, env);
    return FloatLanes.join(low, high);
  }

  /** CMPSS: one mask of 32 bits. */
  static void cmpss(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    int b = (int) VectorAccess.scalar(c, i, VectorAccess.second(i));
    long a = VectorAccess.first(c, i);
    FpEnv env = FloatLanes.begin(c);
    int r = mask(HostMemory.getInt(a), b, predicate(i), env);
    FloatLanes.finish(c, env);
    VectorAccess.setSingle(c, i, r);
  }

  /** CMPPD: masks of 64 bits. */
  static void cmppd(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    int predicate = predicate(i);
    FpEnv env = FloatLanes.begin(c);
    long r0 = mask(HostMemory.getLong(a), HostMemory.getLong(b), predicate, env);
    long r1 = mask(HostMemory.getLong(a + 8), HostMemory.getLong(b + 8), predicate, env);
    long r2 = 0;
    long r3 = 0;
    if (i.a.size() > 16) {
      r2 = mask(HostMemory.getLong(a + 16), HostMemory.getLong(b + 16), predicate, env);
      r3 = mask(HostMemory.getLong(a + 24), HostMemory.getLong(b + 24), predicate, env);
    }
    FloatLanes.finish(c, env);
    VectorAccess.set(c, i, r0, r1, r2, r3);
  }

  /** CMPSD: one mask of 64 bits. */
  static void cmpsd(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.scalar(c, i, VectorAccess.second(i));
    long a = VectorAccess.first(c, i);
    FpEnv env = FloatLanes.begin(c);
    long r = mask(HostMemory.getLong(a), b, predicate(i), env);
    FloatLanes.finish(c, env);
    VectorAccess.setDouble(c, i, r);
  }

  /** COMISS: compares to RFLAGS; any NaN is invalid. */
  static void comiss(Vcpu c, Insn i) {
    compareSingle(c, i, true);
  }

  /** UCOMISS: compares to RFLAGS; signaling NaNs are invalid. */
  static void ucomiss(Vcpu c, Insn i) {
    compareSingle(c, i, false);
  }

  /** COMISD: compares to RFLAGS; any NaN is invalid. */
  static void comisd(Vcpu c, Insn i) {
    compareDouble(c, i, true);
  }

  /** UCOMISD: compares to RFLAGS; signaling NaNs are invalid. */
  static void ucomisd(Vcpu c, Insn i) {
    compareDouble(c, i, false);
  }

  private static void compareSingle(Vcpu c, Insn i, boolean signaling) {
    VectorConditions.enter(c, i);
    int s = (int) VectorAccess.scalar(c, i, i.b);
    FpEnv env = FloatLanes.begin(c);
    int a = HostMemory.getInt(VectorAccess.xmm(c, i.a.index()));
    setFlags(c, SoftFloat32.compare(a, s, signaling, env), env);
  }

  private static void compareDouble(Vcpu c, Insn i, boolean signaling) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.scalar(c, i, i.b);
    FpEnv env = FloatLanes.begin(c);
    long a = HostMemory.getLong(VectorAccess.xmm(c, i.a.index()));
    setFlags(c, SoftFloat64.compare(a, s, signaling, env), env);
  }

  private static void setFlags(Vcpu c, int relation, FpEnv env) {
    FloatLanes.finish(c, env);
    long flags =
        switch (relation) {
          case FpRelation.GREATER -> 0;
          case FpRelation.LESS -> Rflags.CF;
          case FpRelation.EQUAL -> Rflags.ZF;
          default -> Rflags.ZF | Rflags.PF | Rflags.CF;
        };
    Flags.setArithmetic(c.state, flags);
  }
}
