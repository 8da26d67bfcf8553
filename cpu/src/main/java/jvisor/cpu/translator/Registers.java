package jvisor.cpu.translator;

import jvisor.cpu.state.VcpuState;

/**
 * Which host register holds what while emitted code runs. Guest registers that instructions name
 * implicitly, and those with high bytes, keep their own numbers; guest RSP lives in R10, because
 * the host's must stay a real stack; guest R10–R15 stay in the struct.
 */
final class Registers {
  static final int RAX = 0;
  static final int RCX = 1;
  static final int RDX = 2;
  static final int RBX = 3;
  static final int RSP = 4;
  static final int RBP = 5;
  static final int RSI = 6;
  static final int RDI = 7;

  /** Where guest RSP lives. */
  static final int STACK = 10;

  /** Scratch: the linear address of an access, then its hva. */
  static final int ADDRESS = 11;

  /** Scratch: the TLB entry of a probe; values from the struct. */
  static final int ENTRY = 12;

  /** Instructions left before control has to come back. */
  static final int BUDGET = 13;

  /** Scratch: the tag of a probe; RAX while flags move; values from the struct. */
  static final int TAG = 14;

  /** The hva of the struct. */
  static final int STATE = 15;

  private static final int PINNED = 10;
  private static final int GUEST_RSP = 4;

  private Registers() {}

  /** Whether guest register {@code guest} has a host register of its own. */
  static boolean isPinned(int guest) {
    return guest < PINNED;
  }

  /** The host register of a pinned guest register. */
  static int host(int guest) {
    return guest == GUEST_RSP ? STACK : guest;
  }

  /** The offset of a guest register in the struct. */
  static int slot(int guest) {
    return VcpuState.gpr(guest);
  }
}
