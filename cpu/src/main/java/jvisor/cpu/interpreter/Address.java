package jvisor.cpu.interpreter;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;

/**
 * An op with a memory operand in 64-bit code: {@code segment base + base + index·2^scale +
 * displacement}, where absent parts read the struct's zero slot and RIP-relative ones the block's
 * base, so that forming an address has no branches.
 */
abstract class Address extends Op {
  private final int base;
  private final int index;
  private final int segment;
  private final int scale;
  private final long displacement;
  private final boolean stack;
  private final int last;

  Address(int offset, Insn insn) {
    super(offset, offset + insn.length);
    boolean ripRelative = insn.base == Insn.RIP;
    base = ripRelative ? VcpuState.BLOCK_BASE : slot(insn.base);
    index = slot(insn.index);
    scale = insn.scale;
    displacement = ripRelative ? insn.displacement + next : insn.displacement;
    segment =
        insn.segment >= Segment.FS
            ? VcpuState.SEGMENTS + insn.segment * VcpuState.SEGMENT_STRIDE
            : VcpuState.ZERO;
    stack = insn.segment == Segment.SS;
    last = (insn.a.isMemory() ? insn.a : insn.b).size() - 1;
  }

  /** Whether {@code insn}'s memory operand can be addressed this way. */
  static boolean suits(Insn insn) {
    return insn.addressSize == 8;
  }

  private static int slot(int register) {
    return register < 0 ? VcpuState.ZERO : VcpuState.gpr(register);
  }

  /** The linear address; #SS(0) if the operand is on the stack and not canonical. */
  final long address(Vcpu c) {
    long la = offset(c.state.base) + HostMemory.getLong(c.state.base + segment);
    if (stack) {
      checkStack(c, la, last);
    }
    return la;
  }

  /** #SS(0) unless the bytes from {@code la} to {@code la + last} are canonical. */
  static void checkStack(Vcpu c, long la, int last) {
    long end = la + last;
    if (la << 16 >> 16 != la || end << 16 >> 16 != end) {
      throw c.ss(0);
    }
  }

  /** The offset alone, as LEA wants it; {@code state} is the struct's hva. */
  final long offset(long state) {
    return HostMemory.getLong(state + base)
        + (HostMemory.getLong(state + index) << scale)
        + displacement;
  }
}
