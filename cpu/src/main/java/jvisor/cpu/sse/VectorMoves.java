package jvisor.cpu.sse;

import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** Moves between vector registers, general registers and memory, and MXCSR. */
public final class VectorMoves {
  private static final int RDI = 7;
  private static final long MXCSR_RESERVED = 0xffff_0000L;

  private VectorMoves() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.MOVAPS, VectorMoves::move);
    t.bind(Mnemonic.MOVAPD, VectorMoves::move);
    t.bind(Mnemonic.MOVDQA, VectorMoves::move);
    t.bind(Mnemonic.MOVNTPS, VectorMoves::move);
    t.bind(Mnemonic.MOVNTPD, VectorMoves::move);
    t.bind(Mnemonic.MOVNTDQ, VectorMoves::move);
    t.bind(Mnemonic.MOVNTDQA, VectorMoves::move);
    t.bind(Mnemonic.MOVUPS, VectorMoves::move);
    t.bind(Mnemonic.MOVUPD, VectorMoves::move);
    t.bind(Mnemonic.MOVDQU, VectorMoves::move);
    t.bind(Mnemonic.LDDQU, VectorMoves::move);
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

  /** MOVAPS, MOVUPS and their kin: a whole vector, with all conditions and faults. */
  public static void move(Vcpu c, Insn i) {
    if (i.vex) {
      moveVex(c, i);
      return;
    }
    VectorConditions.enterSse(c);
    if (i.a.isMemory()) {
      long la = VectorAccess.address(c, i, 16, true);
      long s = VectorAccess.xmm(c, i.b.index());
      VectorAccess.store(c, la, HostMemory.getLong(s), HostMemory.getLong(s + 8));
    } else if (i.b.isMemory()) {
      long la = VectorAccess.address(c, i, 16, false);
      VectorAccess.setXmm(c, i.a.index(), c.mmu.load64(la), c.mmu.load64(la + 8));
    } else {
      long s = VectorAccess.xmm(c, i.b.index());
      VectorAccess.setXmm(c, i.a.index(), HostMemory.getLong(s), HostMemory.getLong(s + 8));
    }
  }

  private static void moveVex(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    if (i.a.isMemory()) {
      long s = VectorAccess.xmm(c, i.b.index());
      long la = VectorAccess.address(c, i, i.a.size(), true);
      if (i.a.size() == 32) {
        VectorAccess.storeWide(c, la, s);
      } else {
        VectorAccess.store(c, la, HostMemory.getLong(s), HostMemory.getLong(s + 8));
      }
    } else {
      long s = VectorAccess.source(c, i, i.b);
      long d = VectorAccess.destination(c, i);
      Lanes.store(d, HostMemory.getLong(s), HostMemory.getLong(s + 8));
      if (VectorAccess.isWide(i, d)) {
        Lanes.store(d + 16, HostMemory.getLong(s + 16), HostMemory.getLong(s + 24));
      }
    }
  }

  /** MOVD, MOVQ: 4 or 8 bytes between any two places; vector registers are filled with zeros. */
  static void movd(Vcpu c, Insn i) {
    boolean mmx = VectorConditions.enterEither(c, i);
    long value = VectorAccess.scalar(c, i, i.b);
    if (i.a.kind() == Operand.Kind.VECTOR) {
      VectorAccess.set(c, i, value, 0);
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
    VectorConditions.enter(c, i);
    if (i.a.isMemory()) {
      c.write(i, i.a, VectorAccess.scalar(c, i, i.b));
    } else if (i.b.isMemory()) {
      VectorAccess.set(c, i, c.read(i, i.b), 0);
    } else {
      VectorAccess.setSingle(c, i, (int) VectorAccess.scalar(c, i, VectorAccess.second(i)));
    }
  }

  /** MOVSD: as MOVSS, for 8 bytes. */
  static void movsd(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    if (i.a.isMemory()) {
      c.write(i, i.a, VectorAccess.scalar(c, i, i.b));
    } else if (i.b.isMemory()) {
      VectorAccess.set(c, i, c.read(i, i.b), 0);
    } else {
      VectorAccess.setDouble(c, i, VectorAccess.scalar(c, i, VectorAccess.second(i)));
    }
  }

  /** MOVLPS, MOVLPD: the low half from or to memory. */
  static void movlps(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    if (i.a.isMemory()) {
      c.write(i, i.a, VectorAccess.scalar(c, i, i.b));
    } else {
      VectorAccess.setDouble(c, i, c.read(i, VectorAccess.second(i)));
    }
  }

  /** MOVHPS, MOVHPD: the high half from or to memory. */
  static void movhps(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    if (i.a.isMemory()) {
      c.write(i, i.a, HostMemory.getLong(VectorAccess.xmm(c, i.b.index()) + 8));
    } else {
      long value = c.read(i, VectorAccess.second(i));
      VectorAccess.set(c, i, HostMemory.getLong(VectorAccess.first(c, i)), value);
    }
  }

  /** MOVLHPS: the source's low half becomes the high half. */
  static void movlhps(Vcpu c, Insn i) {
    Lanes.lanes(
        c, i, 0, (d, a, b, order) -> Lanes.store(d, HostMemory.getLong(a), HostMemory.getLong(b)));
  }

  /** MOVHLPS: the source's high half becomes the low half. */
  static void movhlps(Vcpu c, Insn i) {
    Lanes.lanes(
        c,
        i,
        0,
        (d, a, b, order) -> Lanes.store(d, HostMemory.getLong(b + 8), HostMemory.getLong(a + 8)));
  }

  /** MOVDDUP: the low quadword of each lane twice. */
  static void movddup(Vcpu c, Insn i) {
    Lanes.unaryLanes(
        c,
        i,
        0,
        (d, a, b, order) -> {
          long value = HostMemory.getLong(b);
          Lanes.store(d, value, value);
        });
  }

  /** MOVSLDUP: even doublewords twice. */
  static void movsldup(Vcpu c, Insn i) {
    Lanes.unary(c, i, b -> b & 0xffff_ffffL | b << 32);
  }

  /** MOVSHDUP: odd doublewords twice. */
  static void movshdup(Vcpu c, Insn i) {
    Lanes.unary(c, i, b -> b & ~0xffff_ffffL | b >>> 32);
  }

  /** PMOVMSKB: the top bits of all bytes. */
  static void pmovmskb(Vcpu c, Insn i) {
    if (i.b.kind() == Operand.Kind.MMX) {
      VectorConditions.enterMmx(c);
      int mask = Swar.signs(HostMemory.getLong(VectorAccess.mmx(c, i.b.index())));
      c.state.setReg(i.a.index(), mask);
      VectorAccess.usedMmx(c);
      return;
    }
    VectorConditions.enter(c, i);
    long s = VectorAccess.xmm(c, i.b.index());
    int mask = Swar.signs(HostMemory.getLong(s)) | Swar.signs(HostMemory.getLong(s + 8)) << 8;
    if (i.b.size() == 32) {
      mask |= Swar.signs(HostMemory.getLong(s + 16)) << 16;
      mask |= Swar.signs(HostMemory.getLong(s + 24)) << 24;
    }
    c.state.setReg(i.a.index(), mask & 0xffff_ffffL);
  }

  /** MOVMSKPS: the signs of all numbers. */
  static void movmskps(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.xmm(c, i.b.index());
    c.state.setReg(i.a.index(), signs32(s) | (i.b.size() == 32 ? signs32(s + 16) << 4 : 0));
  }

  private static long signs32(long lane) {
    return signs(HostMemory.getLong(lane)) | signs(HostMemory.getLong(lane + 8)) << 2;
  }

  private static long signs(long pair) {
    return pair >>> 31 & 1 | pair >>> 63 << 1;
  }

  /** MOVMSKPD: the signs of all numbers. */
  static void movmskpd(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long s = VectorAccess.xmm(c, i.b.index());
    c.state.setReg(i.a.index(), signs64(s) | (i.b.size() == 32 ? signs64(s + 16) << 2 : 0));
  }

  private static long signs64(long lane) {
    return HostMemory.getLong(lane) >>> 63 | HostMemory.getLong(lane + 8) >>> 63 << 1;
  }

  /** MASKMOVDQU: bytes whose mask byte is negative, to memory at rDI. */
  static void maskmovdqu(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    long la = c.linear(i.segment, c.state.reg(RDI, i.addressSize), 16, true);
    c.checkAlignment(la, 8);
    long m = VectorAccess.xmm(c, i.b.index());
    int mask = Swar.signs(HostMemory.getLong(m)) | Swar.signs(HostMemory.getLong(m + 8)) << 8;
    if (mask == 0) {
      return;
    }
    int first = Integer.numberOfTrailingZeros(mask);
    int count = 32 - Integer.numberOfLeadingZeros(mask) - first;
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
    VectorConditions.enter(c, i);
    long value = c.read(i, i.a);
    if ((value & MXCSR_RESERVED) != 0) {
      throw c.gp(0);
    }
    c.state.setMxcsr((int) value);
  }

  /** STMXCSR. */
  static void stmxcsr(Vcpu c, Insn i) {
    VectorConditions.enter(c, i);
    c.write(i, i.a, c.state.mxcsr());
  }
}
