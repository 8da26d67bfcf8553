package jvisor.cpu.avx;

import jvisor.cpu.sse.VectorAccess;
import jvisor.cpu.sse.VectorConditions;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * Gathers (SDM vol. 2, VGATHERDPS and the like): each element whose mask has its top bit set is
 * loaded from an address with an index of its own. An element that is done clears its mask, so that
 * after a fault the instruction goes on where it was. That the three registers differ, the decoder
 * has checked.
 */
final class Gathers {
  private Gathers() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.VPGATHERDD, (c, i) -> gather(c, i, 4, Gathers::byDwords));
    t.bind(Mnemonic.VGATHERDPS, (c, i) -> gather(c, i, 4, Gathers::byDwords));
    t.bind(Mnemonic.VPGATHERDQ, (c, i) -> gather(c, i, 8, Gathers::byDwords));
    t.bind(Mnemonic.VGATHERDPD, (c, i) -> gather(c, i, 8, Gathers::byDwords));
    t.bind(Mnemonic.VPGATHERQD, (c, i) -> gather(c, i, 4, Gathers::byQwords));
    t.bind(Mnemonic.VGATHERQPS, (c, i) -> gather(c, i, 4, Gathers::byQwords));
    t.bind(Mnemonic.VPGATHERQQ, (c, i) -> gather(c, i, 8, Gathers::byQwords));
    t.bind(Mnemonic.VGATHERQPD, (c, i) -> gather(c, i, 8, Gathers::byQwords));
  }

  private static void gather(Vcpu c, Insn i, int width, UncheckedAlignment.Access access) {
    VectorConditions.enterAvx(c);
    UncheckedAlignment.run(c, i, width, access);
  }

  private static void byDwords(Vcpu c, Insn i, int width) {
    elements(c, i, width, 4, i.a.size() / width);
  }

  private static void byQwords(Vcpu c, Insn i, int width) {
    elements(c, i, width, 8, Math.min(i.a.size() / width, i.vectorIndexSize() / 8));
  }

  private static void elements(Vcpu c, Insn i, int width, int indexWidth, int count) {
    long mask = VectorAccess.xmm(c, i.c.index());
    long indices = VectorAccess.xmm(c, i.index);
    long d = VectorAccess.destination(c, i);
    for (int k = 0; k < count; k++) {
      int at = k * width;
      if (MaskedMoves.isChosen(mask, at, width)) {
        long index = MaskedMoves.get(indices + (long) k * indexWidth, indexWidth);
        long value = c.mmu.load(address(c, i, index, width), width);
        MaskedMoves.put(d + at, width, value);
      }
      MaskedMoves.put(mask + at, width, 0);
    }
    HostMemory.fill(mask, 32, 0);
    int bytes = count * width;
    HostMemory.fill(d + bytes, 32L - bytes, 0);
  }

  private static long address(Vcpu c, Insn i, long index, int width) {
    long base = i.base >= 0 ? c.state.reg(i.base) : 0;
    long offset = base + i.displacement + (index << i.scale);
    long cut = i.addressSize == 8 ? offset : offset & Vcpu.mask(i.addressSize);
    return c.linear(i.segment, cut, width, false);
  }
}
