package jvisor.isa;

/**
 * One row of the opcode table.
 *
 * @param id position in the table, 0 for {@link #INVALID}
 * @param mnemonic the instruction
 * @param flow its effect on control flow
 * @param lockable whether LOCK is legal with a memory destination
 * @param flagsWritten arithmetic flags with a defined result, as RFLAGS bits
 * @param flagsUndefined arithmetic flags that the manual leaves undefined, as RFLAGS bits
 */
public record Row(
    int id,
    Mnemonic mnemonic,
    Flow flow,
    boolean lockable,
    int flagsWritten,
    int flagsUndefined) {
  /** Bytes that are no instruction: executing them raises #UD. */
  public static final Row INVALID = new Row(0, Mnemonic.INVALID, Flow.SYSTEM, false, 0, 0);
}
