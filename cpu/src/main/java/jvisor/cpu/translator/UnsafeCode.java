package jvisor.cpu.translator;

/** Emitted code that breaks a rule of the {@link Verifier}. It is never run. */
final class UnsafeCode extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** What emitted code must not do. */
  enum Rule {
    /** The bytes are no instruction of this host, or go on behind the end. */
    DECODING,
    /** An instruction whose row is not harmless, or not with these operands. */
    HARMLESS,
    /** A division that may fault. */
    DIVISION,
    /** An x87 instruction where the guest's x87 state may not be in the host's. */
    X87,
    /** A control word that may unmask exceptions of the FPU. */
    X87_CONTROL,
    /** The host's stack pointer is named. */
    STACK_POINTER,
    /** The register with the struct's address is named. */
    STATE_REGISTER,
    /** A memory operand is not one of the forms that are known. */
    ADDRESS_FORM,
    /** Beyond the struct's end. */
    STATE_BOUNDS,
    /** A store into the struct outside of what is emitted code's to write. */
    STATE_WRITE,
    /** What is off the budget is not the number of instructions in the blocks up to here. */
    BUDGET,
    /** A word of a cache's entry that is not there, or a store to it. */
    ENTRY_ACCESS,
    /** A guest frame without a probe that admits all of the access. */
    PROBE,
    /** A jump to where nothing is known to be. */
    JUMP_TARGET,
    /** What is to be directed to other translations later is no jump. */
    LINK,
    /** A jump through memory that is not a target cache's entry that has been found to match. */
    TARGET_CHECK,
    /** A way out with an exit word that does not belong to this translation. */
    EXIT_WORD,
    /** Other code is reached, or the interpreter, in the middle of a change of privilege level. */
    LEVEL,
    /** Other code is reached, or this code again, without a look at budget and attention word. */
    ATTENTION
  }

  private final transient Rule rule;

  UnsafeCode(Rule rule, String where) {
    super(rule + ": " + where);
    this.rule = rule;
  }

  /** The rule that is broken. */
  Rule rule() {
    return rule;
  }
}
