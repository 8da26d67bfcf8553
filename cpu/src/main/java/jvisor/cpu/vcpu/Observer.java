package jvisor.cpu.vcpu;

import jvisor.cpu.mmu.AccessWatcher;
import jvisor.isa.Insn;

/**
 * Looks on while a processor runs: for traces and explanations. It may read everything and must
 * change nothing, so that a guest runs the same whether or not somebody looks. Called by the thread
 * that runs the processor.
 *
 * <p>An instruction {@link #begins} and then either is {@link #completed} or, if it faults, is
 * followed by {@link #delivering}. Faults of the fetch, and of instructions that were not {@link
 * #wants wanted}, are delivered with no instruction begun.
 */
public interface Observer extends AccessWatcher {
  /** What is delivered to the guest's handlers. */
  enum Event {
    /** A fault or trap of the processor's own (SDM vol. 3, 6.3.2). */
    EXCEPTION,
    /** A maskable interrupt. */
    INTERRUPT,
    /** A non-maskable interrupt. */
    NMI
  }

  /** Whether to be told of executions of this instruction; asked when it is decoded. */
  boolean wants(Insn insn);

  /** The instruction is about to be executed; {@link Step#rip} says where. */
  void begins(Vcpu c, Step step);

  /** The instruction has been executed; it counts as retired from here on. */
  void completed(Vcpu c, Step step);

  /** An instruction has read or written an I/O port. */
  void port(Vcpu c, int port, int size, boolean write, int value);

  /**
   * An event is about to enter its handler. RIP is what the handler is to return to, CR2 has been
   * set. A fault on the way makes another call with what becomes of it.
   *
   * @param errorCode as in {@link jvisor.cpu.state.GuestFault#errorCode}
   */
  void delivering(Vcpu c, Event event, int vector, int errorCode);

  /** The handler has been entered: RIP, CS and stack are its own. */
  void delivered(Vcpu c);

  /** There was no way to deliver a double fault. */
  void shutDown(Vcpu c);
}
