package jvisor.cpu.translator;

import jvisor.cpu.state.VcpuState;

/** The words of the struct that emitted code keeps for itself. */
final class Words {
  /** {@link Registers#BUDGET} outside emitted code. */
  static final int BUDGET = VcpuState.EMITTED;

  /**
   * The guest's arithmetic flags as LAHF and SETO give them: AH above AL, which holds OF as 0 or 1.
   */
  static final int FLAGS = VcpuState.EMITTED + 0x08;

  /** The context of the running code; see {@link TargetCache}. */
  static final int CONTEXT = VcpuState.EMITTED + 0x10;

  /** The hva of this processor's {@link TargetCache}. */
  static final int JUMPS = VcpuState.EMITTED + 0x18;

  /** Where a call keeps the hva of its target's code while it pushes. */
  static final int TARGET_CODE = VcpuState.EMITTED + 0x20;

  /** Where an indirect call keeps its target, or a push what it has loaded, while it pushes. */
  static final int TARGET = VcpuState.EMITTED + 0x28;

  /** 1 while the guest's vector registers are in the host's; a byte. */
  static final int VECTORS_HELD = VcpuState.EMITTED + 0x30;

  /** 1 while the guest's x87 state is in the host's; the byte behind {@link #VECTORS_HELD}. */
  static final int X87_HELD = VcpuState.EMITTED + 0x31;

  /** 1 if vector instructions are neither undefined nor unavailable and cannot trap; a byte. */
  static final int VECTORS_READY = VcpuState.EMITTED + 0x32;

  /** 1 if x87 instructions are not unavailable; a byte. */
  static final int X87_READY = VcpuState.EMITTED + 0x33;

  /** The host's MXCSR while the guest's is in force; four bytes. */
  static final int HOST_MXCSR = VcpuState.EMITTED + 0x34;

  /** The hva of this processor's {@link ExecutionCounts}, if there are any. */
  static final int COUNTS = VcpuState.EMITTED + 0x38;

  /** The linear address of the page in which code runs. */
  static final int PAGE_BASE = VcpuState.EMITTED + 0x40;

  /** RSP where the host's stack has no {@linkplain Returns returns}. */
  static final int HOST_STACK = VcpuState.EMITTED + 0x48;

  /** What the host's kernel tells of a fault in emitted code ({@code HostFaults.RECORD} bytes). */
  static final int FAULT = VcpuState.EMITTED + 0x50;

  /** Where RSP is below this the host's stack has no room for another return. */
  static final int HOST_STACK_END = VcpuState.EMITTED + 0x70;

  /**
   * 1 while {@link #X87_HELD} is and the selectors in the struct are those of the running level; a
   * byte.
   */
  static final int X87_USABLE = VcpuState.X87_EMITTED;

  /** A control word that masks all exceptions, to be loaded; two bytes. */
  static final int X87_CONTROL = VcpuState.X87_EMITTED + 0x02;

  /** An image as FNSTENV writes it in 64-bit mode, 28 bytes. */
  static final int X87_ENVIRONMENT = VcpuState.X87_EMITTED + 0x08;

  /** How often a {@link Window} could not be opened at a translation's head. */
  static final int SHUTS = VcpuState.X87_EMITTED + 0x28;

  /** Which one that was last: the translation, as an exit word has it, and the window's number. */
  static final int SHUT = VcpuState.X87_EMITTED + 0x30;

  private Words() {}
}
