package jvisor.cpu.system;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** 64-bit bases of FS and GS (SDM vol. 1, 18.3; vol. 2, SWAPGS). */
public final class SegmentBases {
  private SegmentBases() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.RDFSBASE, (c, i) -> read(c, i, Segment.FS))
        .bind(Mnemonic.RDGSBASE, (c, i) -> read(c, i, Segment.GS))
        .bind(Mnemonic.WRFSBASE, (c, i) -> write(c, i, Segment.FS))
        .bind(Mnemonic.WRGSBASE, (c, i) -> write(c, i, Segment.GS))
        .bind(Mnemonic.SWAPGS, SegmentBases::swapgs);
  }

  private static void requireFsgsbase(Vcpu c) {
    if (!c.is64Bit() || (c.state.cr(4) & Control.CR4_FSGSBASE) == 0) {
      throw c.ud();
    }
  }

  private static void read(Vcpu c, Insn i, int segment) {
    requireFsgsbase(c);
    c.write(i, i.a, c.state.segmentBase(segment));
  }

  private static void write(Vcpu c, Insn i, int segment) {
    requireFsgsbase(c);
    long base = c.read(i, i.a);
    if (base << 16 >> 16 != base) {
      throw c.gp(0);
    }
    c.state.setSegmentBase(segment, base);
  }

  private static void swapgs(Vcpu c, Insn i) {
    if (!c.is64Bit()) {
      throw c.ud();
    }
    c.requireCpl0();
    long base = c.state.segmentBase(Segment.GS);
    c.state.setSegmentBase(Segment.GS, c.state.get(VcpuState.KERNEL_GS_BASE));
    c.state.set(VcpuState.KERNEL_GS_BASE, base);
  }
}
