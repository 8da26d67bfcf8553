package jvisor.cpu.sse;

import java.util.function.LongUnaryOperator;
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
    VectorConditions.enter(c, i);
    int at = VectorAccess.immediate(i) & 15;
    put(c, i, HostMemory.getByte(VectorAccess.xmm(c, i.b.index()) + at));
  }

  /** PEXTRW: a word to a register, extended with zeros, or to memory. */
  static void pextrw(Vcpu c, Insn i) {
    if (i.b.kind() == Operand.Kind.MMX) {
      VectorConditions.enterMmx(c);
      int at = VectorAccess.immediate(i) & 3;
      put(c, i, HostMemory.getShort(VectorAccess.mmx(c, i.b.index()) + 2L * at));
      VectorAccess.usedMmx(c);
      return;
    }
    VectorConditions.enter(c, i);
    int at = VectorAccess.immediate(i) & 7;
    put(c, i, HostMemory.getShort(VectorAccess.xmm(c, i.b.index()) + 2L * at));
  }

  /** PEXTRD, EXTRACTPS: a doubleword. */
  static void pextrd(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    int at = VectorAccess.immediate(i) & 3;
    put(c, i, HostMemory.getInt(VectorAccess.xmm(c, i.b.index()) + 4L * at) & 0xffff_ffffL);
  }

  /** PEXTRQ: a quadword. */
  static void pextrq(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
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
    VectorConditions.enter(c, i);
    insert(c, i, c.read(i, VectorAccess.second(i)), 8, VectorAccess.immediate(i) & 15);
  }

  /** PINSRW: replaces a word. */
  static void pinsrw(Vcpu c, Insn i) {
    if (i.a.kind() == Operand.Kind.MMX) {
      VectorConditions.enterMmx(c);
      long value = c.read(i, i.b);
      int shift = 16 * (VectorAccess.immediate(i) & 3);
      long d = HostMemory.getLong(VectorAccess.mmx(c, i.a.index()));
      long merged = Swar.select(0xffffL << shift, value << shift, d);
      VectorAccess.setMmx(c, i.a.index(), merged);
      return;
    }
    VectorConditions.enter(c, i);
    insert(c, i, c.read(i, VectorAccess.second(i)), 16, VectorAccess.immediate(i) & 7);
  }

  /** PINSRD: replaces a doubleword. */
  static void pinsrd(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    insert(c, i, c.read(i, VectorAccess.second(i)), 32, VectorAccess.immediate(i) & 3);
  }

  /** PINSRQ: replaces a quadword. */
  static void pinsrq(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    insert(c, i, c.read(i, VectorAccess.second(i)), 64, VectorAccess.immediate(i) & 1);
  }

  /** The first source with element {@code index} of {@code width} bits replaced. */
  private static void insert(Vcpu c, Insn i, long value, int width, int index) {
    long a = VectorAccess.first(c, i);
    long lo = HostMemory.getLong(a);
    long hi = HostMemory.getLong(a + 8);
    int shift = index * width & 63;
    long mask = -1L >>> 64 - width << shift;
    if (index * width < 64) {
      lo = Swar.select(mask, value << shift, lo);
    } else {
      hi = Swar.select(mask, value << shift, hi);
    }
    VectorAccess.set(c, i, lo, hi);
  }

  /** INSERTPS: replaces a doubleword, then zeroes some. */
  static void insertps(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    int order = VectorAccess.immediate(i);
    long s = VectorAccess.second(c, i);
    int from = VectorAccess.second(i).isMemory() ? 0 : order >> 6;
    insert(c, i, HostMemory.getInt(s + 4L * from), 32, order >> 4 & 3);
    long d = VectorAccess.destination(c, i);
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
    VectorConditions.enter(c, i);
    long s = VectorAccess.source(c, i, i.b);
    int step = 8 * from / to;
    long r0 = Arrangement.extend(HostMemory.getLong(s), from, to, signed);
    long r1 = Arrangement.extend(HostMemory.getLong(s + step), from, to, signed);
    long r2 = 0;
    long r3 = 0;
    if (i.a.size() > 16) {
      r2 = Arrangement.extend(HostMemory.getLong(s + 2L * step), from, to, signed);
      r3 = Arrangement.extend(HostMemory.getLong(s + 3L * step), from, to, signed);
    }
    VectorAccess.set(c, i, r0, r1, r2, r3);
  }

  // ---------------------------------------------------------------- blend

  /** PBLENDW: words of the source where the immediate has ones. */
  static void pblendw(Vcpu c, Insn i) {
    Lanes.lanes(c, i, 0, (d, a, b, order) -> blend(d, a, b, wordMask(order), wordMask(order >> 4)));
  }

  /** BLENDPS: doublewords of the source where the immediate has ones. */
  static void blendps(Vcpu c, Insn i) {
    Lanes.lanes(
        c, i, 4, (d, a, b, order) -> blend(d, a, b, dwordMask(order), dwordMask(order >> 2)));
  }

  /** BLENDPD: quadwords of the source where the immediate has ones. */
  static void blendpd(Vcpu c, Insn i) {
    Lanes.lanes(c, i, 2, (d, a, b, order) -> blend(d, a, b, -(order & 1L), -(order >> 1 & 1L)));
  }

  private static long wordMask(int bits) {
    long spread = bits & 1 | (bits & 2L) << 15 | (bits & 4L) << 30 | (bits & 8L) << 45;
    return spread * 0xffff;
  }

  private static long dwordMask(int bits) {
    return ((bits & 1) | (bits & 2L) << 31) * 0xffff_ffffL;
  }

  private static void blend(long d, long a, long b, long maskLo, long maskHi) {
    long lo = Swar.select(maskLo, HostMemory.getLong(b), HostMemory.getLong(a));
    long hi = Swar.select(maskHi, HostMemory.getLong(b + 8), HostMemory.getLong(a + 8));
    Lanes.store(d, lo, hi);
  }

  /** PBLENDVB: bytes of the source where those of the mask are negative. */
  static void pblendvb(Vcpu c, Insn i) {
    blend(c, i, mask -> Swar.negative(mask, 8));
  }

  /** BLENDVPS: doublewords of the source where those of the mask are negative. */
  static void blendvps(Vcpu c, Insn i) {
    blend(c, i, mask -> Swar.negative(mask, 32));
  }

  /** BLENDVPD: quadwords of the source where those of the mask are negative. */
  static void blendvpd(Vcpu c, Insn i) {
    blend(c, i, mask -> mask >> 63);
  }

  /** Bits of the second source where {@code f} makes ones of the mask register. */
  private static void blend(Vcpu c, Insn i, LongUnaryOperator f) {
    VectorConditions.enter(c, i);
    long b = VectorAccess.second(c, i);
    long a = VectorAccess.first(c, i);
    long d = VectorAccess.destination(c, i);
    long m = VectorAccess.xmm(c, VectorAccess.third(i).index());
    blend(d, a, b, f.applyAsLong(HostMemory.getLong(m)), f.applyAsLong(HostMemory.getLong(m + 8)));
    if (VectorAccess.isWide(i, d)) {
      long lo = f.applyAsLong(HostMemory.getLong(m + 16));
      long hi = f.applyAsLong(HostMemory.getLong(m + 24));
      blend(d + 16, a + 16, b + 16, lo, hi);
    }
  }
}
