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

  private static int mask(int a, int b, int predicate, FpEnv env) {
    int relation = SoftFloat32.compare(a, b, FpRelation.signaling(predicate), env);
    return FpRelation.holds(predicate, relation) ? -1 : 0;
  }

  private static long mask(long a, long b, int predicate, FpEnv env) {
    int relation = SoftFloat64.compare(a, b, FpRelation.signaling(predicate), env);
    return FpRelation.holds(predicate, relation) ? -1 : 0;
  }

  /** CMPPS: four masks. */
  static void cmpps(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    int predicate = VectorAccess.immediate(i) & PREDICATES;
    FpEnv env = FloatLanes.begin(c);
    long lo = maskBoth(HostMemory.getLong(d), HostMemory.getLong(s), predicate, env);
    long hi = maskBoth(HostMemory.getLong(d + 8), HostMemory.getLong(s + 8), predicate, env);
    FloatLanes.finish(c, env);
    HostMemory.putLong(d, lo);
    HostMemory.putLong(d + 8, hi);
  }

  private static long maskBoth(long a, long b, int predicate, FpEnv env) {
    int low = mask((int) a, (int) b, predicate, env);
    int high = mask((int) (a >>> 32), (int) (b >>> 32), predicate, env);
    return FloatLanes.join(low, high);
  }

  /** CMPSS: one mask of 32 bits. */
  static void cmpss(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    int s = (int) VectorAccess.scalar(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    FpEnv env = FloatLanes.begin(c);
    int r = mask(HostMemory.getInt(d), s, VectorAccess.immediate(i) & PREDICATES, env);
    FloatLanes.finish(c, env);
    HostMemory.putInt(d, r);
  }

  /** CMPPD: two masks. */
  static void cmppd(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    int predicate = VectorAccess.immediate(i) & PREDICATES;
    FpEnv env = FloatLanes.begin(c);
    long lo = mask(HostMemory.getLong(d), HostMemory.getLong(s), predicate, env);
    long hi = mask(HostMemory.getLong(d + 8), HostMemory.getLong(s + 8), predicate, env);
    FloatLanes.finish(c, env);
    HostMemory.putLong(d, lo);
    HostMemory.putLong(d + 8, hi);
  }

  /** CMPSD: one mask of 64 bits. */
  static void cmpsd(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.scalar(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    FpEnv env = FloatLanes.begin(c);
    long r = mask(HostMemory.getLong(d), s, VectorAccess.immediate(i) & PREDICATES, env);
    FloatLanes.finish(c, env);
    HostMemory.putLong(d, r);
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
    VectorAccess.enter(c);
    int s = (int) VectorAccess.scalar(c, i, i.b);
    FpEnv env = FloatLanes.begin(c);
    int a = HostMemory.getInt(VectorAccess.xmm(c, i.a.index()));
    setFlags(c, SoftFloat32.compare(a, s, signaling, env), env);
  }

  private static void compareDouble(Vcpu c, Insn i, boolean signaling) {
    VectorAccess.enter(c);
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
