package jvisor.cpu.sse;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Comparisons, bitwise logic and shifts of packed integers. */
final class PackedLogic {
  private static final long SIGNS_OF_SINGLES = 0x8000_0000_8000_0000L;

  private PackedLogic() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.PCMPEQB, PackedLogic::pcmpeqb);
    t.bind(Mnemonic.PCMPEQW, PackedLogic::pcmpeqw);
    t.bind(Mnemonic.PCMPEQD, PackedLogic::pcmpeqd);
    t.bind(Mnemonic.PCMPEQQ, PackedLogic::pcmpeqq);
    t.bind(Mnemonic.PCMPGTB, PackedLogic::pcmpgtb);
    t.bind(Mnemonic.PCMPGTW, PackedLogic::pcmpgtw);
    t.bind(Mnemonic.PCMPGTD, PackedLogic::pcmpgtd);
    t.bind(Mnemonic.PCMPGTQ, PackedLogic::pcmpgtq);
    t.bind(Mnemonic.PAND, PackedLogic::pand);
    t.bind(Mnemonic.ANDPS, PackedLogic::pand);
    t.bind(Mnemonic.ANDPD, PackedLogic::pand);
    t.bind(Mnemonic.PANDN, PackedLogic::pandn);
    t.bind(Mnemonic.ANDNPS, PackedLogic::pandn);
    t.bind(Mnemonic.ANDNPD, PackedLogic::pandn);
    t.bind(Mnemonic.POR, PackedLogic::por);
    t.bind(Mnemonic.ORPS, PackedLogic::por);
    t.bind(Mnemonic.ORPD, PackedLogic::por);
    t.bind(Mnemonic.PXOR, PackedLogic::pxor);
    t.bind(Mnemonic.XORPS, PackedLogic::pxor);
    t.bind(Mnemonic.XORPD, PackedLogic::pxor);
    t.bind(Mnemonic.PSLLW, PackedLogic::psllw);
    t.bind(Mnemonic.PSLLD, PackedLogic::pslld);
    t.bind(Mnemonic.PSLLQ, PackedLogic::psllq);
    t.bind(Mnemonic.PSRLW, PackedLogic::psrlw);
    t.bind(Mnemonic.PSRLD, PackedLogic::psrld);
    t.bind(Mnemonic.PSRLQ, PackedLogic::psrlq);
    t.bind(Mnemonic.PSRAW, PackedLogic::psraw);
    t.bind(Mnemonic.PSRAD, PackedLogic::psrad);
    t.bind(Mnemonic.PTEST, (c, i) -> test(c, i, -1L));
    t.bind(Mnemonic.VTESTPS, (c, i) -> test(c, i, SIGNS_OF_SINGLES));
    t.bind(Mnemonic.VTESTPD, (c, i) -> test(c, i, Long.MIN_VALUE));
  }

  /** PCMPEQB: which bytes are equal. */
  static void pcmpeqb(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.equal(a, b, 8));
  }

  /** PCMPEQW: which words are equal. */
  static void pcmpeqw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.equal(a, b, 16));
  }

  /** PCMPEQD: which doublewords are equal. */
  static void pcmpeqd(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.equal(a, b, 32));
  }

  /** PCMPEQQ: which quadwords are equal. */
  static void pcmpeqq(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.equal(a, b, 64));
  }

  /** PCMPGTB: which signed bytes are greater. */
  static void pcmpgtb(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.greater(a, b, 8));
  }

  /** PCMPGTW: which signed words are greater. */
  static void pcmpgtw(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.greater(a, b, 16));
  }

  /** PCMPGTD: which signed doublewords are greater. */
  static void pcmpgtd(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.greater(a, b, 32));
  }

  /** PCMPGTQ: which signed quadwords are greater. */
  static void pcmpgtq(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> Swar.greater(a, b, 64));
  }

  /** PAND, ANDPS, ANDPD: bitwise and. */
  static void pand(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> a & b);
  }

  /** PANDN, ANDNPS, ANDNPD: bitwise and with the complement of the destination. */
  static void pandn(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> ~a & b);
  }

  /** POR, ORPS, ORPD: bitwise or. */
  static void por(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> a | b);
  }

  /** PXOR, XORPS, XORPD: bitwise exclusive or. */
  static void pxor(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> a ^ b);
  }

  /** PSLLW: shifts words left. */
  static void psllw(Vcpu c, Insn i) {
    Lanes.shift(c, i, (a, n) -> Swar.shiftLeft(a, n, 16));
  }

  /** PSLLD: shifts doublewords left. */
  static void pslld(Vcpu c, Insn i) {
    Lanes.shift(c, i, (a, n) -> Swar.shiftLeft(a, n, 32));
  }

  /** PSLLQ: shifts quadwords left. */
  static void psllq(Vcpu c, Insn i) {
    Lanes.shift(c, i, (a, n) -> Swar.shiftLeft(a, n, 64));
  }

  /** PSRLW: shifts words right. */
  static void psrlw(Vcpu c, Insn i) {
    Lanes.shift(c, i, (a, n) -> Swar.shiftRight(a, n, 16));
  }

  /** PSRLD: shifts doublewords right. */
  static void psrld(Vcpu c, Insn i) {
    Lanes.shift(c, i, (a, n) -> Swar.shiftRight(a, n, 32));
  }

  /** PSRLQ: shifts quadwords right. */
  static void psrlq(Vcpu c, Insn i) {
    Lanes.shift(c, i, (a, n) -> Swar.shiftRight(a, n, 64));
  }

  /** PSRAW: shifts signed words right. */
  static void psraw(Vcpu c, Insn i) {
    Lanes.shift(c, i, (a, n) -> Swar.shiftRightSigned(a, n, 16));
  }

  /** PSRAD: shifts signed doublewords right. */
  static void psrad(Vcpu c, Insn i) {
    Lanes.shift(c, i, (a, n) -> Swar.shiftRightSigned(a, n, 32));
  }

  /**
   * PTEST, VTESTPS, VTESTPD: whether the and (ZF) and the and-not (CF) have no ones among the bits
   * of {@code mask} in any half.
   */
  private static void test(Vcpu c, Insn i, long mask) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.source(c, i, i.b);
    long a = VectorAccess.destination(c, i);
    long common = common(a, b);
    long missing = missing(a, b);
    if (i.a.size() == 32) {
      common |= common(a + 16, b + 16);
      missing |= missing(a + 16, b + 16);
    }
    boolean none = (common & mask) == 0;
    boolean all = (missing & mask) == 0;
    Flags.setArithmetic(c.state, (none ? Rflags.ZF : 0) | (all ? Rflags.CF : 0));
  }

  /** Ones where both lanes have ones, folded to 64 bits. */
  private static long common(long a, long b) {
    return HostMemory.getLong(a) & HostMemory.getLong(b)
        | HostMemory.getLong(a + 8) & HostMemory.getLong(b + 8);
  }

  /** Ones where lane {@code b} has ones that {@code a} has not, folded to 64 bits. */
  private static long missing(long a, long b) {
    return HostMemory.getLong(b) & ~HostMemory.getLong(a)
        | HostMemory.getLong(b + 8) & ~HostMemory.getLong(a + 8);
  }
}
