package jvisor.machine.boot;

/**
 * How the first processor begins. Registers that are not named are as after reset, general ones
 * zero; interrupts are off.
 *
 * @param mode which mode, and with it what segment and control registers hold
 * @param rip where execution starts
 * @param rsp the stack pointer, a few KiB below which are free to use
 * @param rsi RSI
 * @param rbx RBX
 * @param rax RAX
 * @param cr3 gpa of the page tables; 0 unless the mode is {@link Mode#LONG}
 * @param gdtBase gpa of the descriptor table that GDTR points to
 * @param gdtLimit its limit
 */
public record EntryState(
    Mode mode,
    long rip,
    long rsp,
    long rsi,
    long rbx,
    long rax,
    long cr3,
    long gdtBase,
    int gdtLimit) {

  /** Selector of the flat code segment. */
  public static final int CODE_SELECTOR = 0x10;

  /** Selector of the flat data segment, in DS, ES, SS, FS and GS. */
  public static final int DATA_SELECTOR = 0x18;

  /** Selector of a busy 32-bit TSS with base 0 and limit 0x67, in TR; an entry of 8 bytes. */
  public static final int TASK_SELECTOR = 0x20;

  /** The mode of the processor at entry. */
  public enum Mode {
    /** Real mode at the reset vector: the state after RESET, all else in the record is 0. */
    RESET,
    /**
     * 32-bit protected mode without paging: CR0.PE = 1, CS, DS, ES, SS, FS and GS flat 32-bit
     * segments of 4 GiB, A20 open.
     */
    PROTECTED,
    /**
     * 64-bit mode: CR0.PE and PG, CR4.PAE, EFER.LME and LMA set, CR3 as given, CS a 64-bit code
     * segment.
     */
    LONG
  }

  /** The state after RESET. */
  static EntryState reset() {
    return new EntryState(Mode.RESET, 0, 0, 0, 0, 0, 0, 0, 0);
  }
}
