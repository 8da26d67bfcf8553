package jvisor.cpu.avx;

import jvisor.cpu.softfloat.Convert16;
import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.sse.FloatLanes;
import jvisor.cpu.sse.VectorAccess;
import jvisor.cpu.sse.VectorConditions;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** F16C: conversions between binary16 and binary32. */
final class HalfPrecision {
  private static final int ROUND_BY_MXCSR = 4;

  private HalfPrecision() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.VCVTPH2PS, HalfPrecision::vcvtph2ps);
    t.bind(Mnemonic.VCVTPS2PH, HalfPrecision::vcvtps2ph);
  }

  /** VCVTPH2PS: binary16 to binary32. */
  static void vcvtph2ps(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    long s = VectorAccess.source(c, i, i.b);
    FpEnv env = FloatLanes.begin(c);
    long r0 = widen(HostMemory.getInt(s), env);
    long r1 = widen(HostMemory.getInt(s + 4), env);
    long r2 = 0;
    long r3 = 0;
    if (i.a.size() == 32) {
      r2 = widen(HostMemory.getInt(s + 8), env);
      r3 = widen(HostMemory.getInt(s + 12), env);
    }
    FloatLanes.finish(c, env);
    VectorAccess.set(c, i, r0, r1, r2, r3);
  }

  private static long widen(int pair, FpEnv env) {
    int low = Convert16.toFloat32(pair & 0xffff, env);
    return FloatLanes.join(low, Convert16.toFloat32(pair >>> 16, env));
  }

  /** VCVTPS2PH: binary32 to binary16, rounded as the immediate or MXCSR says. */
  static void vcvtps2ph(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    long s = VectorAccess.xmm(c, i.b.index());
    long la = 0;
    if (i.a.isMemory()) {
      la = c.address(i, i.a.size(), true);
      c.checkAlignment(la, i.a.size());
      c.mmu.probeWrite(la, i.a.size());
    }
    FpEnv env = FloatLanes.begin(c);
    int order = VectorAccess.immediate(i);
    if ((order & ROUND_BY_MXCSR) == 0) {
      env.overrideRounding(order);
    }
    long lo = narrow(HostMemory.getLong(s), HostMemory.getLong(s + 8), env);
    boolean wide = i.b.size() == 32;
    long hi = wide ? narrow(HostMemory.getLong(s + 16), HostMemory.getLong(s + 24), env) : 0;
    FloatLanes.finish(c, env);
    if (!i.a.isMemory()) {
      VectorAccess.set(c, i, lo, hi);
    } else if (wide) {
      VectorAccess.store(c, la, lo, hi);
    } else {
      c.mmu.store64(la, lo);
    }
  }

  private static long narrow(long lo, long hi, FpEnv env) {
    long e0 = Convert16.fromFloat32((int) lo, env);
    long e1 = Convert16.fromFloat32((int) (lo >>> 32), env);
    long e2 = Convert16.fromFloat32((int) hi, env);
    long e3 = Convert16.fromFloat32((int) (hi >>> 32), env);
    return e0 | e1 << 16 | e2 << 32 | e3 << 48;
  }
}
