package jvisor.cpu.sse;

import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/**
 * Elements moved to other places: shuffles, unpacking, packing, alignment and whole-lane shifts.
 */
final class PackedShuffle {
  private PackedShuffle() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.PSHUFB, PackedShuffle::pshufb);
    t.bind(Mnemonic.PSHUFD, PackedShuffle::pshufd);
    t.bind(Mnemonic.PSHUFLW, PackedShuffle::pshuflw);
    t.bind(Mnemonic.PSHUFHW, PackedShuffle::pshufhw);
    t.bind(Mnemonic.SHUFPS, PackedShuffle::shufps);
    t.bind(Mnemonic.SHUFPD, PackedShuffle::shufpd);
    t.bind(Mnemonic.PALIGNR, PackedShuffle::palignr);
    t.bind(Mnemonic.PSLLDQ, PackedShuffle::pslldq);
    t.bind(Mnemonic.PSRLDQ, PackedShuffle::psrldq);
    t.bind(Mnemonic.PUNPCKLBW, PackedShuffle::punpcklbw);
    t.bind(Mnemonic.PUNPCKLWD, PackedShuffle::punpcklwd);
    t.bind(Mnemonic.PUNPCKLDQ, PackedShuffle::punpckldq);
    t.bind(Mnemonic.UNPCKLPS, PackedShuffle::punpckldq);
    t.bind(Mnemonic.PUNPCKLQDQ, PackedShuffle::punpcklqdq);
    t.bind(Mnemonic.UNPCKLPD, PackedShuffle::punpcklqdq);
    t.bind(Mnemonic.PUNPCKHBW, PackedShuffle::punpckhbw);
    t.bind(Mnemonic.PUNPCKHWD, PackedShuffle::punpckhwd);
    t.bind(Mnemonic.PUNPCKHDQ, PackedShuffle::punpckhdq);
    t.bind(Mnemonic.UNPCKHPS, PackedShuffle::punpckhdq);
    t.bind(Mnemonic.PUNPCKHQDQ, PackedShuffle::punpckhqdq);
    t.bind(Mnemonic.UNPCKHPD, PackedShuffle::punpckhqdq);
    t.bind(Mnemonic.PACKSSWB, PackedShuffle::packsswb);
    t.bind(Mnemonic.PACKUSWB, PackedShuffle::packuswb);
    t.bind(Mnemonic.PACKSSDW, PackedShuffle::packssdw);
    t.bind(Mnemonic.PACKUSDW, PackedShuffle::packusdw);
  }

  /** PSHUFB: bytes of the destination in the order of the source. */
  static void pshufb(Vcpu c, Insn i) {
    if (i.a.kind() == Operand.Kind.MMX) {
      VectorAccess.enterMmx(c);
      long order = HostMemory.getLong(VectorAccess.source(c, i, i.b)) & ~0x0808_0808_0808_0808L;
      long d = HostMemory.getLong(VectorAccess.mmx(c, i.a.index()));
      VectorAccess.setMmx(c, i.a.index(), Arrangement.bytes(d, 0, order));
      return;
    }
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long orderLo = HostMemory.getLong(s);
    long orderHi = HostMemory.getLong(s + 8);
    long d = VectorAccess.xmm(c, i.a.index());
    long lo = HostMemory.getLong(d);
    long hi = HostMemory.getLong(d + 8);
    HostMemory.putLong(d, Arrangement.bytes(lo, hi, orderLo));
    HostMemory.putLong(d + 8, Arrangement.bytes(lo, hi, orderHi));
  }

  /** PSHUFD: doublewords of the source in the immediate's order. */
  static void pshufd(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long lo = HostMemory.getLong(s);
    long hi = HostMemory.getLong(s + 8);
    int order = VectorAccess.immediate(i);
    VectorAccess.setXmm(
        c, i.a.index(), Arrangement.dwords(lo, hi, order), Arrangement.dwords(lo, hi, order >> 4));
  }

  /** PSHUFLW: the low four words in the immediate's order. */
  static void pshuflw(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long lo = Swar.shuffleWords(HostMemory.getLong(s), VectorAccess.immediate(i));
    VectorAccess.setXmm(c, i.a.index(), lo, HostMemory.getLong(s + 8));
  }

  /** PSHUFHW: the high four words in the immediate's order. */
  static void pshufhw(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long hi = Swar.shuffleWords(HostMemory.getLong(s + 8), VectorAccess.immediate(i));
    VectorAccess.setXmm(c, i.a.index(), HostMemory.getLong(s), hi);
  }

  /** SHUFPS: two doublewords of the destination, two of the source. */
  static void shufps(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    int order = VectorAccess.immediate(i);
    long lo = Arrangement.dwords(HostMemory.getLong(d), HostMemory.getLong(d + 8), order);
    long hi = Arrangement.dwords(HostMemory.getLong(s), HostMemory.getLong(s + 8), order >> 4);
    VectorAccess.setXmm(c, i.a.index(), lo, hi);
  }

  /** SHUFPD: one quadword of the destination, one of the source. */
  static void shufpd(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    int order = VectorAccess.immediate(i);
    long lo = HostMemory.getLong(d + 8L * (order & 1));
    long hi = HostMemory.getLong(s + 8L * (order >> 1 & 1));
    VectorAccess.setXmm(c, i.a.index(), lo, hi);
  }

  /** PALIGNR: a vector out of the middle of destination and source. */
  static void palignr(Vcpu c, Insn i) {
    int n = VectorAccess.immediate(i);
    if (i.a.kind() == Operand.Kind.MMX) {
      VectorAccess.enterMmx(c);
      long s = HostMemory.getLong(VectorAccess.source(c, i, i.b));
      long d = HostMemory.getLong(VectorAccess.mmx(c, i.a.index()));
      VectorAccess.setMmx(c, i.a.index(), Arrangement.align(s, d, 0, 0, 0, n));
      return;
    }
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long sourceLo = HostMemory.getLong(s);
    long sourceHi = HostMemory.getLong(s + 8);
    long d = VectorAccess.xmm(c, i.a.index());
    long lo = HostMemory.getLong(d);
    long hi = HostMemory.getLong(d + 8);
    HostMemory.putLong(d, Arrangement.align(sourceLo, sourceHi, lo, hi, 0, n));
    HostMemory.putLong(d + 8, Arrangement.align(sourceLo, sourceHi, lo, hi, 1, n));
  }

  /** PSLLDQ: the register shifted left by bytes. */
  static void pslldq(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    int n = (int) Math.min(i.b.value() & 0xff, 16);
    long d = VectorAccess.xmm(c, i.a.index());
    long lo = HostMemory.getLong(d);
    long hi = HostMemory.getLong(d + 8);
    HostMemory.putLong(d, Arrangement.align(0, 0, lo, hi, 0, 16 - n));
    HostMemory.putLong(d + 8, Arrangement.align(0, 0, lo, hi, 1, 16 - n));
  }

  /** PSRLDQ: the register shifted right by bytes. */
  static void psrldq(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    int n = (int) i.b.value() & 0xff;
    long d = VectorAccess.xmm(c, i.a.index());
    long lo = HostMemory.getLong(d);
    long hi = HostMemory.getLong(d + 8);
    HostMemory.putLong(d, Arrangement.align(lo, hi, 0, 0, 0, n));
    HostMemory.putLong(d + 8, Arrangement.align(lo, hi, 0, 0, 1, n));
  }

  /** PUNPCKLBW: low bytes in turn. */
  static void punpcklbw(Vcpu c, Insn i) {
    Lanes.interleaveLow(c, i, Swar::interleaveBytes);
  }

  /** PUNPCKLWD: low words in turn. */
  static void punpcklwd(Vcpu c, Insn i) {
    Lanes.interleaveLow(c, i, Swar::interleaveWords);
  }

  /** PUNPCKLDQ, UNPCKLPS: low doublewords in turn. */
  static void punpckldq(Vcpu c, Insn i) {
    Lanes.interleaveLow(c, i, Swar::interleaveDwords);
  }

  /** PUNPCKLQDQ, UNPCKLPD: low quadwords. */
  static void punpcklqdq(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long hi = HostMemory.getLong(VectorAccess.source(c, i, i.b));
    HostMemory.putLong(VectorAccess.xmm(c, i.a.index()) + 8, hi);
  }

  /** PUNPCKHBW: high bytes in turn. */
  static void punpckhbw(Vcpu c, Insn i) {
    Lanes.interleaveHigh(c, i, Swar::interleaveBytes);
  }

  /** PUNPCKHWD: high words in turn. */
  static void punpckhwd(Vcpu c, Insn i) {
    Lanes.interleaveHigh(c, i, Swar::interleaveWords);
  }

  /** PUNPCKHDQ, UNPCKHPS: high doublewords in turn. */
  static void punpckhdq(Vcpu c, Insn i) {
    Lanes.interleaveHigh(c, i, Swar::interleaveDwords);
  }

  /** PUNPCKHQDQ, UNPCKHPD: high quadwords. */
  static void punpckhqdq(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long hi = HostMemory.getLong(VectorAccess.source(c, i, i.b) + 8);
    long lo = HostMemory.getLong(VectorAccess.xmm(c, i.a.index()) + 8);
    VectorAccess.setXmm(c, i.a.index(), lo, hi);
  }

  /** PACKSSWB: signed words to signed bytes. */
  static void packsswb(Vcpu c, Insn i) {
    Lanes.pairs(c, i, (lo, hi) -> Arrangement.packWords(lo, hi, -128, 127));
  }

  /** PACKUSWB: signed words to unsigned bytes. */
  static void packuswb(Vcpu c, Insn i) {
    Lanes.pairs(c, i, (lo, hi) -> Arrangement.packWords(lo, hi, 0, 255));
  }

  /** PACKSSDW: signed doublewords to signed words. */
  static void packssdw(Vcpu c, Insn i) {
    Lanes.pairs(c, i, (lo, hi) -> Arrangement.packDwords(lo, hi, -32768, 32767));
  }

  /** PACKUSDW: signed doublewords to unsigned words. */
  static void packusdw(Vcpu c, Insn i) {
    Lanes.pairs(c, i, (lo, hi) -> Arrangement.packDwords(lo, hi, 0, 65535));
  }
}
