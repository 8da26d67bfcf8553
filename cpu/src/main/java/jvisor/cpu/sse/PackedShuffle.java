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
      VectorConditions.enterMmx(c);
      long order = HostMemory.getLong(VectorAccess.source(c, i, i.b)) & ~0x0808_0808_0808_0808L;
      long d = HostMemory.getLong(VectorAccess.mmx(c, i.a.index()));
      VectorAccess.setMmx(c, i.a.index(), Arrangement.bytes(d, 0, order));
      return;
    }
    Lanes.lanes(
        c,
        i,
        0,
        (d, a, b, order) -> {
          long lo = HostMemory.getLong(a);
          long hi = HostMemory.getLong(a + 8);
          long order0 = HostMemory.getLong(b);
          long order1 = HostMemory.getLong(b + 8);
          HostMemory.putLong(d, Arrangement.bytes(lo, hi, order0));
          HostMemory.putLong(d + 8, Arrangement.bytes(lo, hi, order1));
        });
  }

  /** PSHUFD: doublewords of the source in the immediate's order. */
  static void pshufd(Vcpu c, Insn i) {
    Lanes.unaryLanes(
        c,
        i,
        0,
        (d, a, b, order) -> {
          long lo = HostMemory.getLong(b);
          long hi = HostMemory.getLong(b + 8);
          long low = Arrangement.dwords(lo, hi, order);
          Lanes.store(d, low, Arrangement.dwords(lo, hi, order >> 4));
        });
  }

  /** PSHUFLW: the low four words in the immediate's order. */
  static void pshuflw(Vcpu c, Insn i) {
    Lanes.unaryLanes(
        c,
        i,
        0,
        (d, a, b, order) -> {
          long lo = Swar.shuffleWords(HostMemory.getLong(b), order);
          Lanes.store(d, lo, HostMemory.getLong(b + 8));
        });
  }

  /** PSHUFHW: the high four words in the immediate's order. */
  static void pshufhw(Vcpu c, Insn i) {
    Lanes.unaryLanes(
        c,
        i,
        0,
        (d, a, b, order) -> {
          long hi = Swar.shuffleWords(HostMemory.getLong(b + 8), order);
          Lanes.store(d, HostMemory.getLong(b), hi);
        });
  }

  /** SHUFPS: two doublewords of the destination, two of the source. */
  static void shufps(Vcpu c, Insn i) {
    Lanes.lanes(
        c,
        i,
        0,
        (d, a, b, order) -> {
          long lo = Arrangement.dwords(HostMemory.getLong(a), HostMemory.getLong(a + 8), order);
          long b1 = HostMemory.getLong(b + 8);
          Lanes.store(d, lo, Arrangement.dwords(HostMemory.getLong(b), b1, order >> 4));
        });
  }

  /** SHUFPD: one quadword of the destination, one of the source. */
  static void shufpd(Vcpu c, Insn i) {
    Lanes.lanes(
        c,
        i,
        2,
        (d, a, b, order) -> {
          long lo = HostMemory.getLong(a + 8L * (order & 1));
          Lanes.store(d, lo, HostMemory.getLong(b + 8L * (order >> 1 & 1)));
        });
  }

  /** PALIGNR: a vector out of the middle of destination and source. */
  static void palignr(Vcpu c, Insn i) {
    if (i.a.kind() == Operand.Kind.MMX) {
      VectorConditions.enterMmx(c);
      long s = HostMemory.getLong(VectorAccess.source(c, i, i.b));
      long d = HostMemory.getLong(VectorAccess.mmx(c, i.a.index()));
      int n = VectorAccess.immediate(i);
      VectorAccess.setMmx(c, i.a.index(), Arrangement.align(s, d, 0, 0, 0, n));
      return;
    }
    Lanes.lanes(
        c,
        i,
        0,
        (d, a, b, n) -> {
          long b0 = HostMemory.getLong(b);
          long b1 = HostMemory.getLong(b + 8);
          long a0 = HostMemory.getLong(a);
          long a1 = HostMemory.getLong(a + 8);
          long lo = Arrangement.align(b0, b1, a0, a1, 0, n);
          Lanes.store(d, lo, Arrangement.align(b0, b1, a0, a1, 1, n));
        });
  }

  /** PSLLDQ: lanes shifted left by bytes. */
  static void pslldq(Vcpu c, Insn i) {
    Lanes.shiftLanes(
        c,
        i,
        (d, a, b, n) -> {
          long lo = HostMemory.getLong(a);
          long hi = HostMemory.getLong(a + 8);
          int left = 16 - Math.min(n, 16);
          long low = Arrangement.align(0, 0, lo, hi, 0, left);
          Lanes.store(d, low, Arrangement.align(0, 0, lo, hi, 1, left));
        });
  }

  /** PSRLDQ: lanes shifted right by bytes. */
  static void psrldq(Vcpu c, Insn i) {
    Lanes.shiftLanes(
        c,
        i,
        (d, a, b, n) -> {
          long lo = HostMemory.getLong(a);
          long hi = HostMemory.getLong(a + 8);
          long low = Arrangement.align(lo, hi, 0, 0, 0, n);
          Lanes.store(d, low, Arrangement.align(lo, hi, 0, 0, 1, n));
        });
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
    Lanes.lanes(
        c, i, 0, (d, a, b, order) -> Lanes.store(d, HostMemory.getLong(a), HostMemory.getLong(b)));
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
    Lanes.lanes(
        c,
        i,
        0,
        (d, a, b, order) -> Lanes.store(d, HostMemory.getLong(a + 8), HostMemory.getLong(b + 8)));
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
