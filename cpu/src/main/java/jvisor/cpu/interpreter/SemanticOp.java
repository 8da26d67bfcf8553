package jvisor.cpu.interpreter;

import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Semantic;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;

/** Any instruction, through its semantic method. */
final class SemanticOp extends Op {
  private final Insn insn;
  private final Semantic semantic;
  private final long ripMask;

  SemanticOp(int offset, Insn insn, Semantic semantic, long ripMask) {
    super(offset, offset + insn.length);
    this.insn = insn;
    this.semantic = semantic;
    this.ripMask = ripMask;
  }

  @Override
  void execute(Vcpu c) {
    VcpuState s = c.state;
    s.setRip(s.get(VcpuState.BLOCK_BASE) + next & ripMask);
    semantic.execute(c, insn);
  }
}
