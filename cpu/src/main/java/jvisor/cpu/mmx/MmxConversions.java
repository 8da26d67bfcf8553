package jvisor.cpu.mmx;

import jvisor.cpu.softfloat.Convert32;
import jvisor.cpu.softfloat.Convert64;
import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.sse.FloatLanes;
import jvisor.cpu.sse.VectorAccess;
import jvisor.cpu.sse.VectorConditions;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/**
 * Conversions between doublewords in MMX registers and floating-point numbers in XMM registers. The
 * x87 state becomes that of MMX even if an unmasked exception keeps the result from being written.
 */
final class MmxConversions {
  private MmxConversions() {}

  static void bind(SemanticTable t) {
    t.bind(Mnemonic.CVTPI2PS, MmxConversions::cvtpi2ps);
    t.bind(Mnemonic.CVTPI2PD, MmxConversions::cvtpi2pd);
    t.bind(Mnemonic.CVTPS2PI, (c, i) -> fromSingle(c, i, false));
    t.bind(Mnemonic.CVTTPS2PI, (c, i) -> fromSingle(c, i, true));
    t.bind(Mnemonic.CVTPD2PI, (c, i) -> fromDouble(c, i, false));
    t.bind(Mnemonic.CVTTPD2PI, (c, i) -> fromDouble(c, i, true));
  }

  /** CVTPI2PS: two doublewords to binary32 in the low half. */
  static void cvtpi2ps(Vcpu c, Insn i) {
    long source = integers(c, i);
    FpEnv env = FloatLanes.begin(c);
    int low = Convert32.fromInt32((int) source, env);
    int high = Convert32.fromInt32((int) (source >>> 32), env);
    leave(c, i);
    FloatLanes.finish(c, env);
    HostMemory.putLong(VectorAccess.xmm(c, i.a.index()), FloatLanes.join(low, high));
  }

  /** CVTPI2PD: two doublewords to binary64, which is exact. */
  static void cvtpi2pd(Vcpu c, Insn i) {
    long source = integers(c, i);
    long low = Convert64.fromInt32((int) source);
    long high = Convert64.fromInt32((int) (source >>> 32));
    VectorAccess.setXmm(c, i.a.index(), low, high);
    leave(c, i);
  }

  private static long integers(Vcpu c, Insn i) {
    VectorConditions.enterSse(c);
    if (i.b.kind() == Operand.Kind.MMX) {
      VectorConditions.enterMmx(c);
    }
    return VectorAccess.scalar(c, i, i.b);
  }

  private static void leave(Vcpu c, Insn i) {
    if (i.b.kind() == Operand.Kind.MMX) {
      VectorAccess.usedMmx(c);
    }
  }

  private static void fromSingle(Vcpu c, Insn i, boolean truncate) {
    VectorConditions.enterSse(c);
    VectorConditions.enterMmx(c);
    long source = VectorAccess.scalar(c, i, i.b);
    FpEnv env = FloatLanes.begin(c);
    int low = Convert32.toInt32((int) source, truncate, env);
    int high = Convert32.toInt32((int) (source >>> 32), truncate, env);
    VectorAccess.usedMmx(c);
    FloatLanes.finish(c, env);
    VectorAccess.setMmx(c, i.a.index(), FloatLanes.join(low, high));
  }

  private static void fromDouble(Vcpu c, Insn i, boolean truncate) {
    VectorConditions.enterSse(c);
    VectorConditions.enterMmx(c);
    long source = VectorAccess.source(c, i, i.b);
    FpEnv env = FloatLanes.begin(c);
    int low = Convert64.toInt32(HostMemory.getLong(source), truncate, env);
    int high = Convert64.toInt32(HostMemory.getLong(source + 8), truncate, env);
    VectorAccess.usedMmx(c);
    FloatLanes.finish(c, env);
    VectorAccess.setMmx(c, i.a.index(), FloatLanes.join(low, high));
  }
}
