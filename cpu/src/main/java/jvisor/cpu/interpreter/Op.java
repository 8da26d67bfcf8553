package jvisor.cpu.interpreter;

import jvisor.cpu.vcpu.Vcpu;

/** One instruction at its place in a block, ready to run. */
abstract class Op {
  /** Bytes from the block's start to this instruction. */
  final int offset;

  /** Bytes from the block's start to the next instruction. */
  final int next;

  Op(int offset, int next) {
    this.offset = offset;
    this.next = next;
  }

  /**
   * Executes the instruction.
   *
   * @throws jvisor.cpu.state.GuestFault with nothing changed
   */
  abstract void execute(Vcpu c);
}
