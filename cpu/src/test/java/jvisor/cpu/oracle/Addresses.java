package jvisor.cpu.oracle;

import jvisor.isa.Insn;

/** Where the operands of a case lie. */
final class Addresses {
  private Addresses() {}

  /** The base of a segment, which only FS and GS have. */
  static long segmentBase(int segment, CaseState s) {
    return segment < Insn.FS
        ? 0
        : s.get(segment == Insn.FS ? CaseState.FS_BASE : CaseState.GS_BASE);
  }

  /** The linear address of the memory operand. */
  static long operand(Insn i, CaseState s) {
    long offset = i.displacement;
    if (i.base == Insn.RIP) {
      offset += s.get(CaseState.RIP) + i.length;
    } else if (i.base >= 0) {
      offset += s.gpr(i.base);
    }
    if (i.index >= 0) {
      offset += s.gpr(i.index) << i.scale;
    }
    if (i.addressSize < 8) {
      offset &= (1L << 8 * i.addressSize) - 1;
    }
    long la = segmentBase(i.segment, s) + offset;
    return s.is64() ? la : la & 0xffff_ffffL;
  }
}
