package jvisor.cpu.sse;

import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** Single elements put in and taken out, elements widened, and blends. */
final class Elements {
  private Elements() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.PEXTRB, Elements::pextrb);
    t.bind(Mnemonic.PEXTRW, Elements::pextrw);
    t.bind(Mnemonic.PEXTRD, Elements::pextrd);
    t.bind(Mnemonic.EXTRACTPS, Elements::pextrd);
    t.bind(Mnemonic.PEXTRQ, Elements::pextrq);
    t.bind(Mnemonic.PINSRB, Elements::pinsrb);
    t.bind(Mnemonic.PINSRW, Elements::pinsrw);
    t.bind(Mnemonic.PINSRD, Elements::pinsrd);
    t.bind(Mnemonic.PINSRQ, Elements::pinsrq);
    t.bind(Mnemonic.INSERTPS, Elements::insertps);
    t.bind(Mnemonic.PMOVSXBW, Elements::pmovsxbw);
    t.bind(Mnemonic.PMOVSXBD, Elements::pmovsxbd);
    t.bind(Mnemonic.PMOVSXBQ, Elements::pmovsxbq);
    t.bind(Mnemonic.PMOVSXWD, Elements::pmovsxwd);
    t.bind(Mnemonic.PMOVSXWQ, Elements::pmovsxwq);
    t.bind(Mnemonic.PMOVSXDQ, Elements::pmovsxdq);
    t.bind(Mnemonic.PMOVZXBW, Elements::pmovzxbw);
    t.bind(Mnemonic.PMOVZXBD, Elements::pmovzxbd);
    t.bind(Mnemonic.PMOVZXBQ, Elements::pmovzxbq);
    t.bind(Mnemonic.PMOVZXWD, Elements::pmovzxwd);
    t.bind(Mnemonic.PMOVZXWQ, Elements::pmovzxwq);
    t.bind(Mnemonic.PMOVZXDQ, Elements::pmovzxdq);
    t.bind(Mnemonic.PBLENDW, Elements::pblendw);
    t.bind(Mnemonic.BLENDPS, Elements::blendps);
    t.bind(Mnemonic.BLENDPD, Elements::blendpd);
    t.bind(Mnemonic.PBLENDVB, Elements::pblendvb);
    t.bind(Mnemonic.BLENDVPS, Elements::blendvps);
    t.bind(Mnemonic.BLENDVPD, Elements::blendvpd);
  }

  // ---------------------------------------------------------------- extract

  /** PEXTRB: a byte to a register, extended with zeros, or to memory. */
  static void pextrb(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    int at = VectorAccess.immediate(i) & 15;
    put(c, i, HostMemory.getByte(VectorAccess.xmm(c, i.b.index()) + at));
  }

  /** PEXTRW: a word to a register, extended with zeros, or to memory. */
  static void pextrw(Vcpu c, Insn i) {
    if (i.b.kind() == Operand.Kind.MMX) {
      VectorAccess.enterMmx(c);
      int at = VectorAccess.immediate(i) & 3;
      put(c, i, HostMemory.getShort(VectorAccess.mmx(c, i.b.index()) + 2L * at));
      VectorAccess.usedMmx(c);
      return;
    }
    VectorAccess.enter(c);
    int at = VectorAccess.immediate(i) & 7;
    put(c, i, HostMemory.getShort(VectorAccess.xmm(c, i.b.index()) + 2L * at));
  }

  /** PEXTRD, EXTRACTPS: a doubleword. */
  static void pextrd(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    int at = VectorAccess.immediate(i) & 3;
    put(c, i, HostMemory.getInt(VectorAccess.xmm(c, i.b.index()) + 4L * at) & 0xffff_ffffL);
  }

  /** PEXTRQ: a quadword. */
  static void pextrq(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    int at = VectorAccess.immediate(i) & 1;
    put(c, i, HostMemory.getLong(VectorAccess.xmm(c, i.b.index()) + 8L * at));
  }

  private static void put(Vcpu c, Insn i, long value) {
    if (i.a.isMemory()) {
      c.write(i, i.a, value);
    } else {
      c.state.setReg(i.a.index(), value);
    }
  }

  // ---------------------------------------------------------------- insert

  /** PINSRB: replaces a byte. */
  static void pinsrb(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long value = c.read(i, i.b);
    int at = VectorAccess.immediate(i) & 15;
    HostMemory.putByte(VectorAccess.xmm(c, i.a.index()) + at, (int) value);
  }

  /** PINSRW: replaces a word. */
  static void pinsrw(Vcpu c, Insn i) {
    if (i.a.kind() == Operand.Kind.MMX) {
      VectorAccess.enterMmx(c);
      long value = c.read(i, i.b);
      int shift = 16 * (VectorAccess.immediate(i) & 3);
      long d = HostMemory.getLong(VectorAccess.mmx(c, i.a.index()));
      long merged = Swar.select(0xffffL << shift, value << shift, d);
      VectorAccess.setMmx(c, i.a.index(), merged);
      return;
    }
    VectorAccess.enter(c);
    long value = c.read(i, i.b);
    int at = VectorAccess.immediate(i) & 7;
    HostMemory.putShort(VectorAccess.xmm(c, i.a.index()) + 2L * at, (int) value);
  }

  /** PINSRD: replaces a doubleword. */
  static void pinsrd(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long value = c.read(i, i.b);
    int at = VectorAccess.immediate(i) & 3;
    HostMemory.putInt(VectorAccess.xmm(c, i.a.index()) + 4L * at, (int) value);
  }

  /** PINSRQ: replaces a quadword. */
  static void pinsrq(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long value = c.read(i, i.b);
    int at = VectorAccess.immediate(i) & 1;
    HostMemory.putLong(VectorAccess.xmm(c, i.a.index()) + 8L * at, value);
  }

  /** INSERTPS: replaces a doubleword, then zeroes some. */
  static void insertps(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    int order = VectorAccess.immediate(i);
    long s = VectorAccess.source(c, i, i.b);
    int value = HostMemory.getInt(s + (i.b.isMemory() ? 0L : 4L * (order >> 6)));
    long d = VectorAccess.xmm(c, i.a.index());
    HostMemory.putInt(d + 4L * (order >> 4 & 3), value);
    for (int k = 0; k < 4; k++) {
      if ((order >> k & 1) != 0) {
        HostMemory.putInt(d + 4L * k, 0);
      }
    }
  }

  // ---------------------------------------------------------------- widen

  /** PMOVSXBW: signed bytes to words. */
  static void pmovsxbw(Vcpu c, Insn i) {
    extend(c, i, 8, 16, true);
  }

  /** PMOVSXBD: signed bytes to doublewords. */
  static void pmovsxbd(Vcpu c, Insn i) {
    extend(c, i, 8, 32, true);
  }

  /** PMOVSXBQ: signed bytes to quadwords. */
  static void pmovsxbq(Vcpu c, Insn i) {
    extend(c, i, 8, 64, true);
  }

  /** PMOVSXWD: signed words to doublewords. */
  static void pmovsxwd(Vcpu c, Insn i) {
    extend(c, i, 16, 32, true);
  }

  /** PMOVSXWQ: signed words to quadwords. */
  static void pmovsxwq(Vcpu c, Insn i) {
    extend(c, i, 16, 64, true);
  }

  /** PMOVSXDQ: signed doublewords to quadwords. */
  static void pmovsxdq(Vcpu c, Insn i) {
    extend(c, i, 32, 64, true);
  }

  /** PMOVZXBW: unsigned bytes to words. */
  static void pmovzxbw(Vcpu c, Insn i) {
    extend(c, i, 8, 16, false);
  }

  /** PMOVZXBD: unsigned bytes to doublewords. */
  static void pmovzxbd(Vcpu c, Insn i) {
    extend(c, i, 8, 32, false);
  }

  /** PMOVZXBQ: unsigned bytes to quadwords. */
  static void pmovzxbq(Vcpu c, Insn i) {
    extend(c, i, 8, 64, false);
  }

  /** PMOVZXWD: unsigned words to doublewords. */
  static void pmovzxwd(Vcpu c, Insn i) {
    extend(c, i, 16, 32, false);
  }

  /** PMOVZXWQ: unsigned words to quadwords. */
  static void pmovzxwq(Vcpu c, Insn i) {
    extend(c, i, 16, 64, false);
  }

  /** PMOVZXDQ: unsigned doublewords to quadwords. */
  static void pmovzxdq(Vcpu c, Insn i) {
    extend(c, i, 32, 64, false);
  }

  private static void extend(Vcpu c, Insn i, int from, int to, boolean signed) {
    VectorAccess.enter(c);
    long s = VectorAccess.scalar(c, i, i.b);
    long lo = Arrangement.extend(s, from, to, signed);
    long hi = Arrangement.extend(s >>> 64 / to * from, from, to, signed);
    VectorAccess.setXmm(c, i.a.index(), lo, hi);
  }

  // ---------------------------------------------------------------- blend

  /** PBLENDW: words of the source where the immediate has ones. */
  static void pblendw(Vcpu c, Insn i) {
    int order = VectorAccess.immediate(i);
    blend(c, i, wordMask(order), wordMask(order >> 4));
  }

  /** BLENDPS: doublewords of the source where the immediate has ones. */
  static void blendps(Vcpu c, Insn i) {
    int order = VectorAccess.immediate(i);
    blend(c, i, dwordMask(order), dwordMask(order >> 2));
  }

  /** BLENDPD: quadwords of the source where the immediate has ones. */
  static void blendpd(Vcpu c, Insn i) {
    int order = VectorAccess.immediate(i);
    blend(c, i, -(order & 1L), -(order >> 1 & 1L));
  }

  /** PBLENDVB: bytes of the source where those of XMM0 are negative. */
  static void pblendvb(Vcpu c, Insn i) {
    blend(c, i, Swar.negative(c.state.vector(0, 0), 8), Swar.negative(c.state.vector(0, 1), 8));
  }

  /** BLENDVPS: doublewords of the source where those of XMM0 are negative. */
  static void blendvps(Vcpu c, Insn i) {
    blend(c, i, Swar.negative(c.state.vector(0, 0), 32), Swar.negative(c.state.vector(0, 1), 32));
  }

  /** BLENDVPD: quadwords of the source where those of XMM0 are negative. */
  static void blendvpd(Vcpu c, Insn i) {
    blend(c, i, c.state.vector(0, 0) >> 63, c.state.vector(0, 1) >> 63);
  }

  private static long wordMask(int bits) {
    long spread = bits & 1 | (bits & 2L) << 15 | (bits & 4L) << 30 | (bits & 8L) << 45;
    return spread * 0xffff;
  }

  private static long dwordMask(int bits) {
    return ((bits & 1) | (bits & 2L) << 31) * 0xffff_ffffL;
  }

  private static void blend(Vcpu c, Insn i, long maskLo, long maskHi) {
    VectorAccess.enter(c);
    long s = VectorAccess.source(c, i, i.b);
    long d = VectorAccess.xmm(c, i.a.index());
    HostMemory.putLong(d, Swar.select(maskLo, HostMemory.getLong(s), HostMemory.getLong(d)));
    HostMemory.putLong(
        d + 8, Swar.select(maskHi, HostMemory.getLong(s + 8), HostMemory.getLong(d + 8)));
  }
}
