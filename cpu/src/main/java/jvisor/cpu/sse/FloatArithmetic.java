package jvisor.cpu.sse;

import jvisor.cpu.softfloat.SoftFloat32;
import jvisor.cpu.softfloat.SoftFloat64;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Sums, differences, products, quotients, roots and extremes of floating-point numbers. */
final class FloatArithmetic {
  private FloatArithmetic() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.ADDPS, FloatArithmetic::addps);
    t.bind(Mnemonic.ADDSS, FloatArithmetic::addss);
    t.bind(Mnemonic.ADDPD, FloatArithmetic::addpd);
    t.bind(Mnemonic.ADDSD, FloatArithmetic::addsd);
    t.bind(Mnemonic.SUBPS, FloatArithmetic::subps);
    t.bind(Mnemonic.SUBSS, FloatArithmetic::subss);
    t.bind(Mnemonic.SUBPD, FloatArithmetic::subpd);
    t.bind(Mnemonic.SUBSD, FloatArithmetic::subsd);
    t.bind(Mnemonic.MULPS, FloatArithmetic::mulps);
    t.bind(Mnemonic.MULSS, FloatArithmetic::mulss);
    t.bind(Mnemonic.MULPD, FloatArithmetic::mulpd);
    t.bind(Mnemonic.MULSD, FloatArithmetic::mulsd);
    t.bind(Mnemonic.DIVPS, FloatArithmetic::divps);
    t.bind(Mnemonic.DIVSS, FloatArithmetic::divss);
    t.bind(Mnemonic.DIVPD, FloatArithmetic::divpd);
    t.bind(Mnemonic.DIVSD, FloatArithmetic::divsd);
    t.bind(Mnemonic.MINPS, FloatArithmetic::minps);
    t.bind(Mnemonic.MINSS, FloatArithmetic::minss);
    t.bind(Mnemonic.MINPD, FloatArithmetic::minpd);
    t.bind(Mnemonic.MINSD, FloatArithmetic::minsd);
    t.bind(Mnemonic.MAXPS, FloatArithmetic::maxps);
    t.bind(Mnemonic.MAXSS, FloatArithmetic::maxss);
    t.bind(Mnemonic.MAXPD, FloatArithmetic::maxpd);
    t.bind(Mnemonic.MAXSD, FloatArithmetic::maxsd);
    t.bind(Mnemonic.SQRTPS, FloatArithmetic::sqrtps);
    t.bind(Mnemonic.SQRTSS, FloatArithmetic::sqrtss);
    t.bind(Mnemonic.SQRTPD, FloatArithmetic::sqrtpd);
    t.bind(Mnemonic.SQRTSD, FloatArithmetic::sqrtsd);
    t.bind(Mnemonic.ADDSUBPS, FloatArithmetic::addsubps);
    t.bind(Mnemonic.HADDPS, FloatArithmetic::haddps);
    t.bind(Mnemonic.HSUBPS, FloatArithmetic::hsubps);
    t.bind(Mnemonic.ADDSUBPD, FloatArithmetic::addsubpd);
    t.bind(Mnemonic.HADDPD, FloatArithmetic::haddpd);
    t.bind(Mnemonic.HSUBPD, FloatArithmetic::hsubpd);
  }

  /** ADDPS: sums. */
  static void addps(Vcpu c, Insn i) {
    FloatLanes.packed32(c, i, SoftFloat32::add);
  }

  /** ADDSS: sums. */
  static void addss(Vcpu c, Insn i) {
    FloatLanes.scalar32(c, i, SoftFloat32::add);
  }

  /** ADDPD: sums. */
  static void addpd(Vcpu c, Insn i) {
    FloatLanes.packed64(c, i, SoftFloat64::add);
  }

  /** ADDSD: sums. */
  static void addsd(Vcpu c, Insn i) {
    FloatLanes.scalar64(c, i, SoftFloat64::add);
  }

  /** SUBPS: differences. */
  static void subps(Vcpu c, Insn i) {
    FloatLanes.packed32(c, i, SoftFloat32::sub);
  }

  /** SUBSS: differences. */
  static void subss(Vcpu c, Insn i) {
    FloatLanes.scalar32(c, i, SoftFloat32::sub);
  }

  /** SUBPD: differences. */
  static void subpd(Vcpu c, Insn i) {
    FloatLanes.packed64(c, i, SoftFloat64::sub);
  }

  /** SUBSD: differences. */
  static void subsd(Vcpu c, Insn i) {
    FloatLanes.scalar64(c, i, SoftFloat64::sub);
  }

  /** MULPS: products. */
  static void mulps(Vcpu c, Insn i) {
    FloatLanes.packed32(c, i, SoftFloat32::mul);
  }

  /** MULSS: products. */
  static void mulss(Vcpu c, Insn i) {
    FloatLanes.scalar32(c, i, SoftFloat32::mul);
  }

  /** MULPD: products. */
  static void mulpd(Vcpu c, Insn i) {
    FloatLanes.packed64(c, i, SoftFloat64::mul);
  }

  /** MULSD: products. */
  static void mulsd(Vcpu c, Insn i) {
    FloatLanes.scalar64(c, i, SoftFloat64::mul);
  }

  /** DIVPS: quotients. */
  static void divps(Vcpu c, Insn i) {
    FloatLanes.packed32(c, i, SoftFloat32::div);
  }

  /** DIVSS: quotients. */
  static void divss(Vcpu c, Insn i) {
    FloatLanes.scalar32(c, i, SoftFloat32::div);
  }

  /** DIVPD: quotients. */
  static void divpd(Vcpu c, Insn i) {
    FloatLanes.packed64(c, i, SoftFloat64::div);
  }

  /** DIVSD: quotients. */
  static void divsd(Vcpu c, Insn i) {
    FloatLanes.scalar64(c, i, SoftFloat64::div);
  }

  /** MINPS: lesser numbers, the source of two zeros or if either is a NaN. */
  static void minps(Vcpu c, Insn i) {
    FloatLanes.packed32(c, i, SoftFloat32::min);
  }

  /** MINSS: lesser numbers, the source of two zeros or if either is a NaN. */
  static void minss(Vcpu c, Insn i) {
    FloatLanes.scalar32(c, i, SoftFloat32::min);
  }

  /** MINPD: lesser numbers, the source of two zeros or if either is a NaN. */
  static void minpd(Vcpu c, Insn i) {
    FloatLanes.packed64(c, i, SoftFloat64::min);
  }

  /** MINSD: lesser numbers, the source of two zeros or if either is a NaN. */
  static void minsd(Vcpu c, Insn i) {
    FloatLanes.scalar64(c, i, SoftFloat64::min);
  }

  /** MAXPS: greater numbers, the source of two zeros or if either is a NaN. */
  static void maxps(Vcpu c, Insn i) {
    FloatLanes.packed32(c, i, SoftFloat32::max);
  }

  /** MAXSS: greater numbers, the source of two zeros or if either is a NaN. */
  static void maxss(Vcpu c, Insn i) {
    FloatLanes.scalar32(c, i, SoftFloat32::max);
  }

  /** MAXPD: greater numbers, the source of two zeros or if either is a NaN. */
  static void maxpd(Vcpu c, Insn i) {
    FloatLanes.packed64(c, i, SoftFloat64::max);
  }

  /** MAXSD: greater numbers, the source of two zeros or if either is a NaN. */
  static void maxsd(Vcpu c, Insn i) {
    FloatLanes.scalar64(c, i, SoftFloat64::max);
  }

  /** SQRTPS: square roots. */
  static void sqrtps(Vcpu c, Insn i) {
    FloatLanes.unary32(c, i, (b, order, env) -> SoftFloat32.sqrt(b, env));
  }

  /** SQRTSS: square roots. */
  static void sqrtss(Vcpu c, Insn i) {
    FloatLanes.scalar32(c, i, (a, b, env) -> SoftFloat32.sqrt(b, env));
  }

  /** SQRTPD: square roots. */
  static void sqrtpd(Vcpu c, Insn i) {
    FloatLanes.unary64(c, i, (b, order, env) -> SoftFloat64.sqrt(b, env));
  }

  /** SQRTSD: square roots. */
  static void sqrtsd(Vcpu c, Insn i) {
    FloatLanes.scalar64(c, i, (a, b, env) -> SoftFloat64.sqrt(b, env));
  }

  /** ADDSUBPS: differences of even elements, sums of odd ones. */
  static void addsubps(Vcpu c, Insn i) {
    FloatLanes.packed32(c, i, SoftFloat32::sub, SoftFloat32::add);
  }

  /** HADDPS: sums of neighbours. */
  static void haddps(Vcpu c, Insn i) {
    FloatLanes.neighbours32(c, i, SoftFloat32::add);
  }

  /** HSUBPS: differences of neighbours. */
  static void hsubps(Vcpu c, Insn i) {
    FloatLanes.neighbours32(c, i, SoftFloat32::sub);
  }

  /** ADDSUBPD: differences of even elements, sums of odd ones. */
  static void addsubpd(Vcpu c, Insn i) {
    FloatLanes.packed64(c, i, SoftFloat64::sub, SoftFloat64::add);
  }

  /** HADDPD: sums of neighbours. */
  static void haddpd(Vcpu c, Insn i) {
    FloatLanes.neighbours64(c, i, SoftFloat64::add);
  }

  /** HSUBPD: differences of neighbours. */
  static void hsubpd(Vcpu c, Insn i) {
    FloatLanes.neighbours64(c, i, SoftFloat64::sub);
  }
}
