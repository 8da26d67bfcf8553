package jvisor.cpu.profile;

/** Why control leaves emitted code, or a block is interpreted. */
public enum ExitKind {
  /** The instruction has no emitted form. */
  INSTRUCTION("instruction without an emitted form"),
  /** It has one, which does not do for these operands. */
  OPERANDS("operands that the emitted form does not do"),
  /** The software TLB does not admit the access. */
  PROBE("memory access that the TLB does not admit"),
  /** The target of a branch is not in the target cache. */
  TARGET("branch target that is not in the cache"),
  /** The guest's vector registers or its x87 state cannot be used as usual. */
  VECTORS("vector or x87 instructions not ready"),
  /** Something wants attention: an interrupt, a timer, another processor. */
  ATTENTION("attention"),
  /** The instructions of the turn do not suffice for the next block. */
  BUDGET("end of the turn"),
  /** The next block has a translation to which the jump did not lead. */
  UNLINKED("next block has a translation that is not linked"),
  /** The block has not run often enough. */
  COLD("block that is not hot"),
  /** The block is of the system's kind. */
  SYSTEM("block of a system instruction"),
  /** Too many of the block's instructions would leave. */
  REFUSED("block not worth a translation"),
  /** The block cannot be translated. */
  UNFIT("block that cannot be translated");

  private final String text;

  ExitKind(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }
}
