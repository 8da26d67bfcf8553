package jvisor.cpu.interpreter;

import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;

/** Bytes that are no instruction: #UD. */
final class UndefinedOp extends Op {
  private final byte[] bytes;
  private final UnknownCode unknownCode;

  UndefinedOp(int offset, Insn insn, byte[] bytes, UnknownCode unknownCode) {
    super(offset, offset + insn.length);
    this.bytes = bytes;
    this.unknownCode = unknownCode;
  }

  @Override
  void execute(Vcpu c) {
    unknownCode.met(c.state.get(VcpuState.BLOCK_BASE) + offset, bytes);
    throw c.ud();
  }
}
