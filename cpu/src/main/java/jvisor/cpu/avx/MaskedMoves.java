package jvisor.cpu.avx;

import jvisor.cpu.sse.VectorAccess;
import jvisor.cpu.sse.VectorConditions;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Loads and stores of those elements whose mask has its top bit set. */
final class MaskedMoves {
  private MaskedMoves() {}

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    t.bind(Mnemonic.VMASKMOVPS, (c, i) -> move(c, i, 4));
    t.bind(Mnemonic.VMASKMOVPD, (c, i) -> move(c, i, 8));
    t.bind(Mnemonic.VPMASKMOVD, (c, i) -> move(c, i, 4));
    t.bind(Mnemonic.VPMASKMOVQ, (c, i) -> move(c, i, 8));
  }

  private static void move(Vcpu c, Insn i, int width) {
    VectorConditions.enterAvx(c);
    UncheckedAlignment.run(c, i, width, i.a.isMemory() ? MaskedMoves::store : MaskedMoves::load);
  }

  private static long address(Vcpu c, Insn i, int at, int width, boolean write) {
    long offset = c.offset(i) + at;
    long cut = i.addressSize == 8 ? offset : offset & Vcpu.mask(i.addressSize);
    return c.linear(i.segment, cut, width, write);
  }

  static boolean isChosen(long mask, int at, int width) {
    return (HostMemory.getByte(mask + at + width - 1) & 0x80) != 0;
  }

  private static void load(Vcpu c, Insn i, int width) {
    long mask = VectorAccess.xmm(c, i.b.index());
    long result = c.state.base + VcpuState.SCRATCH;
    HostMemory.fill(result, 32, 0);
    for (int at = 0; at < i.a.size(); at += width) {
      if (isChosen(mask, at, width)) {
        put(result + at, width, c.mmu.load(address(c, i, at, width, false), width));
      }
    }
    VectorAccess.set(
        c,
        i,
        HostMemory.getLong(result),
        HostMemory.getLong(result + 8),
        HostMemory.getLong(result + 16),
        HostMemory.getLong(result + 24));
  }

  private static void store(Vcpu c, Insn i, int width) {
    long mask = VectorAccess.xmm(c, i.b.index());
    long source = VectorAccess.xmm(c, i.c.index());
    for (int at = 0; at < i.a.size(); at += width) {
      if (isChosen(mask, at, width)) {
        c.mmu.probeWrite(address(c, i, at, width, true), width);
      }
    }
    for (int at = 0; at < i.a.size(); at += width) {
      if (isChosen(mask, at, width)) {
        c.mmu.store(address(c, i, at, width, true), width, get(source + at, width));
      }
    }
  }

  static long get(long at, int width) {
    return width == 4 ? HostMemory.getInt(at) : HostMemory.getLong(at);
  }

  static void put(long at, int width, long value) {
    if (width == 4) {
      HostMemory.putInt(at, (int) value);
    } else {
      HostMemory.putLong(at, value);
    }
  }
}
