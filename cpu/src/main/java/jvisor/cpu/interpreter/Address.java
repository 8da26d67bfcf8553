package jvisor.cpu.interpreter;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;

/**
 * An op with a memory operand in flat code: {@code segment base + base + index·2^scale +
 * displacement}, where absent parts read the struct's zero slot and RIP-relative ones the block's
 * base, so that forming an address has no branches. What is left to check is one question about
 * most 64-bit operands: none.
 */
abstract class Address extends Op {
  /** 64-bit, not on the stack: the memory unit finds what is not canonical. */
  private static final int UNCHECKED = 0;

  /** 64-bit and on the stack: not canonical is #SS. */
  private static final int STACK = 1;

  /** 32-bit and flat: must not reach past 4 GiB. */
  private static final int FLAT = 2;

  /** 32-bit with FS or GS, whose base, limit and type are looked at. */
  private static final int SEGMENTED = 3;

  private static final long LAST = 0xffff_ffffL;

  private final int base;
  private final int index;
  private final int segmentBase;
  private final int scale;
  private final long displacement;
  private final long mask;
  private final int check;
  private final int segment;
  private final int last;
  private final boolean writes;

  /** {@code writes} is whether the operand is written. */
  Address(int offset, Insn insn, Ground ground, boolean writes) {
    super(offset, offset + insn.length);
    boolean ripRelative = insn.base == Insn.RIP;
    boolean wide = ground == Ground.FLAT_64;
    boolean based = insn.segment >= Segment.FS;
    base = ripRelative ? VcpuState.BLOCK_BASE : slot(insn.base);
    index = slot(insn.index);
    scale = insn.scale;
    displacement = ripRelative ? insn.displacement + next : insn.displacement;
    mask = insn.addressSize == 8 ? -1L : LAST;
    segment = insn.segment;
    segmentBase =
        based && wide
            ? VcpuState.SEGMENTS + insn.segment * VcpuState.SEGMENT_STRIDE
            : VcpuState.ZERO;
    check = wide ? insn.segment == Segment.SS ? STACK : UNCHECKED : based ? SEGMENTED : FLAT;
    last = (insn.a.isMemory() ? insn.a : insn.b).size() - 1;
    this.writes = writes;
  }

  /** Whether {@code insn}'s memory operand can be addressed this way. */
  static boolean suits(Insn insn, Ground ground) {
    return ground == Ground.FLAT_64
        ? insn.addressSize >= 4
        : insn.addressSize == 4 && insn.segment != Segment.CS;
  }

  private static int slot(int register) {
    return register < 0 ? VcpuState.ZERO : VcpuState.gpr(register);
  }

  /** The linear address; #SS(0) or #GP(0) if the operand lies outside its segment. */
  final long address(Vcpu c) {
    long la = unchecked(c);
    if (check == UNCHECKED) {
      return la;
    }
    if (check == STACK) {
      checkStack(c, la, last);
      return la;
    }
    return narrow(c, la);
  }

  /** The linear address in 64-bit code, whatever is to be said of it. */
  final long unchecked(Vcpu c) {
    return offset(c.state.base) + HostMemory.getLong(c.state.base + segmentBase);
  }

  private long narrow(Vcpu c, long offset) {
    if (check == SEGMENTED) {
      return c.linear(segment, offset, last + 1, writes);
    }
    if (offset + last > LAST) {
      throw segment == Segment.SS ? c.ss(0) : c.gp(0);
    }
    return offset;
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
            + displacement
        & mask;
  }
}
