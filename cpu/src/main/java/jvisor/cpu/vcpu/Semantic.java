package jvisor.cpu.vcpu;

import jvisor.isa.Insn;

/** What an instruction does; see the package for the contract. */
@FunctionalInterface
public interface Semantic {
  /**
   * Executes {@code i} on {@code c}.
   *
   * @throws jvisor.cpu.state.GuestFault an exception of the guest, with nothing changed
   */
  void execute(Vcpu c, Insn i);
}
