package jvisor.cpu.sse;

import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** Moves between vector registers, general registers and memory, and MXCSR. */
final class VectorMoves {
  private static final int RDI = 7;
  private static final long MXCSR_RESERVED = 0xffff_0000L;

  private VectorMoves() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.MOVAPS, VectorMoves::movaps);
    t.bind(Mnemonic.MOVAPD, VectorMoves::movaps);
    t.bind(Mnemonic.MOVDQA, VectorMoves::movaps);
    t.bind(Mnemonic.MOVNTPS, VectorMoves::movaps);
    t.bind(Mnemonic.MOVNTPD, VectorMoves::movaps);
    t.bind(Mnemonic.MOVNTDQ, VectorMoves::movaps);
    t.bind(Mnemonic.MOVNTDQA, VectorMoves::movaps);
    t.bind(Mnemonic.MOVUPS, VectorMoves::movups);
    t.bind(Mnemonic.MOVUPD, VectorMoves::movups);
    t.bind(Mnemonic.MOVDQU, VectorMoves::movups);
    t.bind(Mnemonic.LDDQU, VectorMoves::movups);
    t.bind(Mnemonic.MOVD, VectorMoves::movd);
    t.bind(Mnemonic.MOVQ, VectorMoves::movd);
    t.bind(Mnemonic.MOVSS, VectorMoves::movss);
    t.bind(Mnemonic.MOVSD_XMM, VectorMoves::movsd);
    t.bind(Mnemonic.MOVLPS, VectorMoves::movlps);
    t.bind(Mnemonic.MOVLPD, VectorMoves::movlps);
    t.bind(Mnemonic.MOVHPS, VectorMoves::movhps);
    t.bind(Mnemonic.MOVHPD, VectorMoves::movhps);
    t.bind(Mnemonic.MOVLHPS, VectorMoves::movlhps);
    t.bind(Mnemonic.MOVHLPS, VectorMoves::movhlps);
    t.bind(Mnemonic.MOVDDUP, VectorMoves::movddup);
    t.bind(Mnemonic.MOVSLDUP, VectorMoves::movsldup);
    t.bind(Mnemonic.MOVSHDUP, VectorMoves::movshdup);
    t.bind(Mnemonic.PMOVMSKB, VectorMoves::pmovmskb);
    t.bind(Mnemonic.MOVMSKPS, VectorMoves::movmskps);
    t.bind(Mnemonic.MOVMSKPD, VectorMoves::movmskpd);
    t.bind(Mnemonic.MASKMOVDQU, VectorMoves::maskmovdqu);
    t.bind(Mnemonic.LDMXCSR, VectorMoves::ldmxcsr);
    t.bind(Mnemonic.STMXCSR, VectorMoves::stmxcsr);
  }

  /** MOVAPS, MOVAPD, MOVDQA, MOVNT*: 16 aligned bytes. */
  static void movaps(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    if (i.a.isMemory()) {
      long la = VectorAccess.alignedAddress(c, i, true);
      long s = VectorAccess.xmm(c, i.b.index());
      VectorAccess.store(c, la, HostMemory.getLong(s), HostMemory.getLong(s + 8));
    } else if (i.b.isMemory()) {
      long la = VectorAccess.alignedAddress(c, i, false);
      VectorAccess.setXmm(c, i.a.index(), c.mmu.load64(la), c.mmu.load64(la + 8));
    } else {
      copy(c, i);
    }
  }

  /** MOVUPS, MOVUPD, MOVDQU, LDDQU: 16 bytes anywhere. */
  static void movups(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    if (i.a.isMemory()) {
      long la = c.address(i, 16, true);
      long s = VectorAccess.xmm(c, i.b.index());
      VectorAccess.store(c, la, HostMemory.getLong(s), HostMemory.getLong(s + 8));
    } else if (i.b.isMemory()) {
      long la = c.address(i, 16, false);
      VectorAccess.setXmm(c, i.a.index(), c.mmu.load64(la), c.mmu.load64(la + 8));
    } else {
      copy(c, i);
    }
  }

  private static void copy(Vcpu c, Insn i) {
    long s = VectorAccess.xmm(c, i.b.index());
    VectorAccess.setXmm(c, i.a.index(), HostMemory.getLong(s), HostMemory.getLong(s + 8));
  }

  /** MOVD, MOVQ: 4 or 8 bytes between any two places; vector registers are filled with zeros. */
  static void movd(Vcpu c, Insn i) {
    boolean mmx = VectorAccess.enterEither(c, i);
    long value = VectorAccess.scalar(c, i, i.b);
    if (i.a.kind() == Operand.Kind.VECTOR) {
      VectorAccess.setXmm(c, i.a.index(), value, 0);
    } else if (i.a.kind() == Operand.Kind.MMX) {
      VectorAccess.setMmx(c, i.a.index(), value);
    } else {
      c.write(i, i.a, value);
      if (mmx) {
        VectorAccess.usedMmx(c);
      }
    }
  }

  /** MOVSS: a load fills with zeros, a move between registers keeps the rest. */
  static void movss(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long value = VectorAccess.scalar(c, i, i.b);
    if (i.a.isMemory()) {
      c.write(i, i.a, value);
    } else if (i.b.isMemory()) {
      VectorAccess.setXmm(c, i.a.index(), value, 0);
    } else {
      HostMemory.putInt(VectorAccess.xmm(c, i.a.index()), (int) value);
    }
  }

  /** MOVSD: as MOVSS, for 8 bytes. */
  static void movsd(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long value = VectorAccess.scalar(c, i, i.b);
    if (i.a.isMemory()) {
      c.write(i, i.a, value);
    } else if (i.b.isMemory()) {
      VectorAccess.setXmm(c, i.a.index(), value, 0);
    } else {
      HostMemory.putLong(VectorAccess.xmm(c, i.a.index()), value);
    }
  }

  /** MOVLPS, MOVLPD: the low half from or to memory. */
  static void movlps(Vcpu c, Insn i) {
    half(c, i, 0);
  }

  /** MOVHPS, MOVHPD: the high half from or to memory. */
  static void movhps(Vcpu c, Insn i) {
    half(c, i, 8);
  }

  private static void half(Vcpu c, Insn i, int at) {
    VectorAccess.enter(c);
    if (i.a.isMemory()) {
      c.write(i, i.a, HostMemory.getLong(VectorAccess.xmm(c, i.b.index()) + at));
    } else {
      HostMemory.putLong(VectorAccess.xmm(c, i.a.index()) + at, c.read(i, i.b));
    }
  }

  /** MOVLHPS: the source's low half becomes the high half. */
  static void movlhps(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    c.state.setVector(i.a.index(), 1, c.state.vector(i.b.index(), 0));
  }

  /** MOVHLPS: the source's high half becomes the low half. */
  static void movhlps(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    c.state.setVector(i.a.index(), 0, c.state.vector(i.b.index(), 1));
  }

  /** MOVDDUP: the low quadword twice. */
  static void movddup(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long value = VectorAccess.scalar(c, i, i.b);
    VectorAccess.setXmm(c, i.a.index(), value, value);
  }

  /** MOVSLDUP: even doublewords twice. */
  static void movsldup(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> b & 0xffff_ffffL | b << 32);
  }

  /** MOVSHDUP: odd doublewords twice. */
  static void movshdup(Vcpu c, Insn i) {
    Lanes.each(c, i, (a, b) -> b & ~0xffff_ffffL | b >>> 32);
  }

  /** PMOVMSKB: the top bits of all bytes. */
  static void pmovmskb(Vcpu c, Insn i) {
    if (i.b.kind() == Operand.Kind.MMX) {
      VectorAccess.enterMmx(c);
      int mask = Swar.signs(HostMemory.getLong(VectorAccess.mmx(c, i.b.index())));
      c.state.setReg(i.a.index(), mask);
      VectorAccess.usedMmx(c);
      return;
    }
    VectorAccess.enter(c);
    long s = VectorAccess.xmm(c, i.b.index());
    int mask = Swar.signs(HostMemory.getLong(s)) | Swar.signs(HostMemory.getLong(s + 8)) << 8;
    c.state.setReg(i.a.index(), mask);
  }

  /** MOVMSKPS: the signs of four numbers. */
  static void movmskps(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.xmm(c, i.b.index());
    int low = signs(HostMemory.getLong(s));
    int high = signs(HostMemory.getLong(s + 8));
    c.state.setReg(i.a.index(), low | high << 2);
  }

  private static int signs(long pair) {
    return (int) (pair >>> 31 & 1 | pair >>> 63 << 1);
  }

  /** MOVMSKPD: the signs of two numbers. */
  static void movmskpd(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long s = VectorAccess.xmm(c, i.b.index());
    c.state.setReg(
        i.a.index(), HostMemory.getLong(s) >>> 63 | HostMemory.getLong(s + 8) >>> 63 << 1);
  }

  /** MASKMOVDQU: bytes whose mask byte is negative, to memory at rDI. */
  static void maskmovdqu(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long m = VectorAccess.xmm(c, i.b.index());
    int mask = Swar.signs(HostMemory.getLong(m)) | Swar.signs(HostMemory.getLong(m + 8)) << 8;
    if (mask == 0) {
      return;
    }
    int first = Integer.numberOfTrailingZeros(mask);
    int count = 32 - Integer.numberOfLeadingZeros(mask) - first;
    long offset = c.state.reg(RDI, i.addressSize);
    long la = c.linear(i.segment, offset, 16, true);
    c.mmu.probeWrite(la + first, count);
    long d = VectorAccess.xmm(c, i.a.index());
    for (int k = first; k < first + count; k++) {
      if ((mask >> k & 1) != 0) {
        c.mmu.store8(la + k, HostMemory.getByte(d + k));
      }
    }
  }

  /** LDMXCSR: #GP(0) if a bit is set that does not exist. */
  static void ldmxcsr(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    long value = c.read(i, i.a);
    if ((value & MXCSR_RESERVED) != 0) {
      throw c.gp(0);
    }
    c.state.setMxcsr((int) value);
  }

  /** STMXCSR. */
  static void stmxcsr(Vcpu c, Insn i) {
    VectorAccess.enter(c);
    c.write(i, i.a, c.state.mxcsr());
  }
}
