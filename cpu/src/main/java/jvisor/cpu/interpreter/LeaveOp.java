package jvisor.cpu.interpreter;

import jvisor.cpu.vcpu.Vcpu;

/**
 * Stands where instructions have been overwritten while their block ran: ends the block before
 * them.
 */
final class LeaveOp extends Op {
  LeaveOp(int offset) {
    super(offset, offset);
  }

  @Override
  void execute(Vcpu c) {
    throw BlockLeft.INSTANCE;
  }
}
