package jvisor.cpu.sse;

import jvisor.cpu.softfloat.Convert32;
import jvisor.cpu.softfloat.Convert64;
import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** Conversions between floating-point formats and integers, on XMM and general registers. */
final class FloatConvert {
  private FloatConvert() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.CVTSI2SS, FloatConvert::cvtsi2ss);
    t.bind(Mnemonic.CVTSI2SD, FloatConvert::cvtsi2sd);
    t.bind(Mnemonic.CVTSS2SI, FloatConvert::cvtss2si);
    t.bind(Mnemonic.CVTTSS2SI, FloatConvert::cvttss2si);
    t.bind(Mnemonic.CVTSD2SI, FloatConvert::cvtsd2si);
    t.bind(Mnemonic.CVTTSD2SI, FloatConvert::cvttsd2si);
    t.bind(Mnemonic.CVTSS2SD, FloatConvert::cvtss2sd);
    t.bind(Mnemonic.CVTSD2SS, FloatConvert::cvtsd2ss);
    t.bind(Mnemonic.CVTPS2PD, FloatConvert::cvtps2pd);
    t.bind(Mnemonic.CVTPD2PS, FloatConvert::cvtpd2ps);
    t.bind(Mnemonic.CVTDQ2PS, FloatConvert::cvtdq2ps);
    t.bind(Mnemonic.CVTPS2DQ, FloatConvert::cvtps2dq);
    t.bind(Mnemonic.CVTTPS2DQ, FloatConvert::cvttps2dq);
    t.bind(Mnemonic.CVTDQ2PD, FloatConvert::cvtdq2pd);
    t.bind(Mnemonic.CVTPD2DQ, FloatConvert::cvtpd2dq);
    t.bind(Mnemonic.CVTTPD2DQ, FloatConvert::cvttpd2dq);
  }

  // ---------------------------------------------------------------- general registers

  /** CVTSI2SS: a signed integer to binary32. */
  static void cvtsi2ss(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    Operand from = VectorAccess.second(i);
    long s = c.read(i, from);
    FpEnv env = FloatLanes.begin(c);
    int r = from.size() == 8 ? Convert32.fromInt64(s, env) : Convert32.fromInt32((int) s, env);
    FloatLanes.finish(c, env);
    VectorAccess.setSingle(c, i, r);
  }

  /** CVTSI2SD: a signed integer to binary64. */
  static void cvtsi2sd(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    Operand from = VectorAccess.second(i);
    long s = c.read(i, from);
    FpEnv env = FloatLanes.begin(c);
    long r = from.size() == 8 ? Convert64.fromInt64(s, env) : Convert64.fromInt32((int) s);
    FloatLanes.finish(c, env);
    VectorAccess.setDouble(c, i, r);
  }

  /** CVTSS2SI: binary32 to a signed integer. */
  static void cvtss2si(Vcpu c, Insn i) {
    toRegister(c, i, false, false);
  }

  /** CVTTSS2SI: binary32 to a signed integer, toward zero. */
  static void cvttss2si(Vcpu c, Insn i) {
    toRegister(c, i, false, true);
  }

  /** CVTSD2SI: binary64 to a signed integer. */
  static void cvtsd2si(Vcpu c, Insn i) {
    toRegister(c, i, true, false);
  }

  /** CVTTSD2SI: binary64 to a signed integer, toward zero. */
  static void cvttsd2si(Vcpu c, Insn i) {
    toRegister(c, i, true, true);
  }

  private static void toRegister(Vcpu c, Insn i, boolean binary64, boolean truncate) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.scalar(c, i, i.b);
    FpEnv env = FloatLanes.begin(c);
    int size = i.a.size();
    long r = binary64 ? ofDouble(s, size, truncate, env) : ofSingle((int) s, size, truncate, env);
    FloatLanes.finish(c, env);
    c.state.setReg(i.a.index(), size, r);
  }

  private static long ofSingle(int s, int size, boolean truncate, FpEnv env) {
    return size == 8 ? Convert32.toInt64(s, truncate, env) : Convert32.toInt32(s, truncate, env);
  }

  private static long ofDouble(long s, int size, boolean truncate, FpEnv env) {
    return size == 8 ? Convert64.toInt64(s, truncate, env) : Convert64.toInt32(s, truncate, env);
  }

  // ---------------------------------------------------------------- formats

  /** CVTSS2SD: binary32 to binary64. */
  static void cvtss2sd(Vcpu c, Insn i) {
    FloatLanes.scalar64(c, i, (a, b, env) -> Convert32.toFloat64((int) b, env));
  }

  /** CVTSD2SS: binary64 to binary32. */
  static void cvtsd2ss(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.scalar(c, i, VectorAccess.second(i));
    FpEnv env = FloatLanes.begin(c);
    int r = Convert64.toFloat32(s, env);
    FloatLanes.finish(c, env);
    VectorAccess.setSingle(c, i, r);
  }

  /** CVTPS2PD: binary32 numbers to binary64. */
  static void cvtps2pd(Vcpu c, Insn i) {
    widen(c, i, (b, env) -> Convert32.toFloat64(b, env));
  }

  /** CVTPD2PS: binary64 numbers to binary32; what they do not fill becomes zero. */
  static void cvtpd2ps(Vcpu c, Insn i) {
    narrow(c, i, (b, env) -> Convert64.toFloat32(b, env));
  }

  // ---------------------------------------------------------------- packed integers

  /** CVTDQ2PS: signed doublewords to binary32. */
  static void cvtdq2ps(Vcpu c, Insn i) {
    FloatLanes.unary32(c, i, (b, order, env) -> Convert32.fromInt32(b, env));
  }

  /** CVTPS2DQ: binary32 to signed doublewords. */
  static void cvtps2dq(Vcpu c, Insn i) {
    FloatLanes.unary32(c, i, (b, order, env) -> Convert32.toInt32(b, false, env));
  }

  /** CVTTPS2DQ: binary32 to signed doublewords, toward zero. */
  static void cvttps2dq(Vcpu c, Insn i) {
    FloatLanes.unary32(c, i, (b, order, env) -> Convert32.toInt32(b, true, env));
  }

  /** CVTDQ2PD: signed doublewords to binary64. */
  static void cvtdq2pd(Vcpu c, Insn i) {
    widen(c, i, (b, env) -> Convert64.fromInt32(b));
  }

  /** CVTPD2DQ: binary64 numbers to signed doublewords; what they do not fill becomes zero. */
  static void cvtpd2dq(Vcpu c, Insn i) {
    narrow(c, i, (b, env) -> Convert64.toInt32(b, false, env));
  }

  /** CVTTPD2DQ: as CVTPD2DQ, toward zero. */
  static void cvttpd2dq(Vcpu c, Insn i) {
    narrow(c, i, (b, env) -> Convert64.toInt32(b, true, env));
  }

  // ---------------------------------------------------------------- other widths

  /** Makes 64 bits of 32. */
  @FunctionalInterface
  private interface Widening {
    /** Converts one element. */
    long apply(int b, FpEnv env);
  }

  /** Makes 32 bits of 64. */
  @FunctionalInterface
  private interface Narrowing {
    /** Converts one element. */
    int apply(long b, FpEnv env);
  }

  private static void widen(Vcpu c, Insn i, Widening f) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.source(c, i, i.b);
    FpEnv env = FloatLanes.begin(c);
    long r0 = f.apply(HostMemory.getInt(s), env);
    long r1 = f.apply(HostMemory.getInt(s + 4), env);
    long r2 = 0;
    long r3 = 0;
    if (i.a.size() > 16) {
      r2 = f.apply(HostMemory.getInt(s + 8), env);
      r3 = f.apply(HostMemory.getInt(s + 12), env);
    }
    FloatLanes.finish(c, env);
    VectorAccess.set(c, i, r0, r1, r2, r3);
  }

  private static void narrow(Vcpu c, Insn i, Narrowing f) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.source(c, i, i.b);
    FpEnv env = FloatLanes.begin(c);
    int r0 = f.apply(HostMemory.getLong(s), env);
    int r1 = f.apply(HostMemory.getLong(s + 8), env);
    int r2 = 0;
    int r3 = 0;
    if (i.b.size() > 16) {
      r2 = f.apply(HostMemory.getLong(s + 16), env);
      r3 = f.apply(HostMemory.getLong(s + 24), env);
    }
    FloatLanes.finish(c, env);
    VectorAccess.set(c, i, FloatLanes.join(r0, r1), FloatLanes.join(r2, r3));
  }
}
