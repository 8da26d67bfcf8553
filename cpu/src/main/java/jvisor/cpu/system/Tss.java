package jvisor.cpu.system;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Vcpu;

/** Fields of the current task-state segment (SDM vol. 3, 7.2.1 and 7.7). */
final class Tss {
  private static final int TYPE32 = 1 << 11;

  private Tss() {}

  /** Whether TR holds a 32-bit (or 64-bit) TSS. */
  static boolean is32(Vcpu c) {
    return (c.state.segmentAttributes(Segment.TR) & TYPE32) != 0;
  }

  /** The stack pointer for privilege level {@code level} (0–2) of a 16- or 32-bit TSS. */
  static long stackPointer(Vcpu c, int level) {
    return is32(c) ? load(c, 4 + 8 * level, 4, 6) : load(c, 2 + 4 * level, 2, 4);
  }

  /** The stack segment for privilege level {@code level} (0–2). */
  static int stackSelector(Vcpu c, int level) {
    return (int) (is32(c) ? load(c, 8 + 8 * level, 2, 2) : load(c, 4 + 4 * level, 2, 2));
  }

  /** RSP0–RSP2 of a 64-bit TSS. */
  static long stackPointer64(Vcpu c, int level) {
    return load(c, 4 + 8 * level, 8, 8);
  }

  /** IST1–IST7 of a 64-bit TSS. */
  static long interruptStack(Vcpu c, int ist) {
    return load(c, 0x1c + 8 * ist, 8, 8);
  }

  private static long load(Vcpu c, int offset, int size, int length) {
    if (offset + length - 1 > c.state.segmentLimit(Segment.TR)) {
      throw c.fault.of(Vector.TS, c.state.selector(Segment.TR) & 0xfffc);
    }
    long la = c.state.segmentBase(Segment.TR) + offset;
    return c.mmu.loadSystem(DescriptorTable.linear(c, la), size);
  }
}
