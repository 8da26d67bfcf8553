package jvisor.cpu.mmx;

import jvisor.cpu.sse.VectorAccess;
import jvisor.cpu.sse.VectorConditions;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** The chapter of instructions on MMX registers, with those that move data. */
public final class Mmx {
  private static final int RDI = 7;

  private Mmx() {}

  /** Binds them all. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.EMMS, Mmx::emms);
    t.bind(Mnemonic.PSHUFW, Mmx::pshufw);
    t.bind(Mnemonic.MASKMOVQ, Mmx::maskmovq);
    t.bind(Mnemonic.MOVNTQ, Mmx::movntq);
    t.bind(Mnemonic.MOVQ2DQ, Mmx::movq2dq);
    t.bind(Mnemonic.MOVDQ2Q, Mmx::movdq2q);
    MmxConversions.bind(t);
  }

  static long register(Vcpu c, int index) {
    return HostMemory.getLong(VectorAccess.mmx(c, index));
  }

  /** EMMS: empties the x87 registers. */
  static void emms(Vcpu c, Insn i) {
    VectorConditions.enterMmx(c);
    VectorAccess.usedMmx(c);
    HostMemory.putByte(c.state.base + VcpuState.FTW, 0);
  }

  /** PSHUFW: picks words by two bits of the immediate each. */
  static void pshufw(Vcpu c, Insn i) {
    VectorConditions.enterMmx(c);
    long source = VectorAccess.scalar(c, i, i.b);
    int order = VectorAccess.immediate(i);
    long result = 0;
    for (int n = 0; n < 4; n++) {
      long word = source >>> 16 * (order >>> 2 * n & 3) & 0xffff;
      result |= word << 16 * n;
    }
    VectorAccess.setMmx(c, i.a.index(), result);
  }

  /**
   * MASKMOVQ: stores the bytes whose mask has its top bit set at the address in RDI. The x87 state
   * becomes that of MMX even if that faults.
   */
  static void maskmovq(Vcpu c, Insn i) {
    VectorConditions.enterMmx(c);
    long bytes = register(c, i.a.index());
    long mask = register(c, i.b.index());
    VectorAccess.usedMmx(c);
    long la = c.linear(i.segment, c.state.reg(RDI, i.addressSize), 8, true);
    c.checkAlignment(la, 8);
    for (int n = 0; n < 8; n++) {
      if (isSelected(mask, n)) {
        c.mmu.probeWrite(la + n, 1);
      }
    }
    for (int n = 0; n < 8; n++) {
      if (isSelected(mask, n)) {
        c.mmu.store8(la + n, (int) (bytes >>> 8 * n));
      }
    }
  }

  private static boolean isSelected(long mask, int n) {
    return (mask >>> (8 * n + 7) & 1) != 0;
  }

  /** MOVNTQ: stores a register; that it bypasses caches shows nowhere. */
  static void movntq(Vcpu c, Insn i) {
    VectorConditions.enterMmx(c);
    c.write(i, i.a, register(c, i.b.index()));
    VectorAccess.usedMmx(c);
  }

  /** MOVQ2DQ: an MMX register to the low half of an XMM register, the high half becomes zero. */
  static void movq2dq(Vcpu c, Insn i) {
    VectorConditions.enterSse(c);
    VectorConditions.enterMmx(c);
    VectorAccess.setXmm(c, i.a.index(), register(c, i.b.index()), 0);
    VectorAccess.usedMmx(c);
  }

  /** MOVDQ2Q: the low half of an XMM register to an MMX register. */
  static void movdq2q(Vcpu c, Insn i) {
    VectorConditions.enterSse(c);
    VectorConditions.enterMmx(c);
    long low = HostMemory.getLong(VectorAccess.xmm(c, i.b.index()));
    VectorAccess.setMmx(c, i.a.index(), low);
  }
}
