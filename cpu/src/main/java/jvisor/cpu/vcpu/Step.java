package jvisor.cpu.vcpu;

import jvisor.cpu.state.VcpuState;
import jvisor.isa.CodeMode;
import jvisor.isa.Flow;
import jvisor.isa.Insn;

/**
 * A decoded instruction at its place in a block, as an {@link Observer} meets it. Shared by all
 * executions.
 *
 * @param insn the instruction; its row is invalid for bytes that are none
 * @param bytes its bytes, not to be changed
 * @param mode the width it was decoded for
 * @param offset bytes from the block's start
 * @param ordinal instructions from the block's start
 */
@SuppressWarnings("ArrayRecordComponent") // Steps are compared by nobody.
public record Step(Insn insn, byte[] bytes, CodeMode mode, int offset, int ordinal) {
  /** The instruction's address, an offset in CS; while it runs. */
  public long rip(Vcpu c) {
    return truncate(c.state.get(VcpuState.BLOCK_BASE) + offset);
  }

  /** Where execution goes on, an offset in CS; once it has completed. */
  public long next(Vcpu c) {
    return insn.row.flow() == Flow.NEXT ? truncate(rip(c) + insn.length) : c.state.rip();
  }

  /** How many instructions the processor has completed before this one; while it runs. */
  public long retired(Vcpu c) {
    return c.retired() + ordinal;
  }

  private long truncate(long rip) {
    return mode == CodeMode.BITS64 ? rip : rip & 0xffff_ffffL;
  }
}
