package jvisor.cpu.interpreter;

/** Thrown by {@link LeaveOp}: the instructions before it have completed, it has done nothing. */
final class BlockLeft extends RuntimeException {
  @SuppressWarnings("StaticAssignmentOfThrowable") // immutable, and without a stack trace
  static final BlockLeft INSTANCE = new BlockLeft();

  private static final long serialVersionUID = 1L;

  private BlockLeft() {
    super(null, null, false, false);
  }
}
