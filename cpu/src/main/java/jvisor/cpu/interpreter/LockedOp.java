package jvisor.cpu.interpreter;

import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Semantic;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;

/** An instruction with a locked access to memory, while other processors run on other threads. */
final class LockedOp extends Op {
  private final Insn insn;
  private final Semantic semantic;
  private final long ripMask;

  LockedOp(int offset, Insn insn, Semantic semantic, long ripMask) {
    super(offset, offset + insn.length);
    this.insn = insn;
    this.semantic = semantic;
    this.ripMask = ripMask;
  }

  @Override
  void execute(Vcpu c) {
    VcpuState s = c.state;
    s.setRip(s.get(VcpuState.BLOCK_BASE) + next & ripMask);
    c.locked.execute(c, semantic, insn);
  }
}
