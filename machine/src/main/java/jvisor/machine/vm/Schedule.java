package jvisor.machine.vm;

import org.jspecify.annotations.Nullable;

/** Who executes guest code when. All but {@link #interrupt} is for the machine's thread. */
sealed interface Schedule permits Turns, Threads {
  /** The machine is about to run: processors may execute from here on, until {@link #end}. */
  default void begin() {}

  /** The machine stops running: no processor executes when this returns. */
  default void end() {}

  /**
   * Brings all processors between two instructions and keeps them there until {@link #release}, so
   * that they can be reset.
   */
  default void hold() {}

  /** Lets the processors go on. */
  default void release() {}

  /** All processors have been reset. */
  void reset();

  /** Makes {@link #run} or {@link #idle} return soon; any thread. */
  void interrupt();

  /** Whether a processor could execute an instruction. */
  boolean someoneIsReady();

  /**
   * Lets the processors that are ready execute until something wants to be served, and at most
   * {@code budget} instructions in all if they take turns; answers one that has shut down.
   */
  @Nullable Processor run(long budget);

  /** Lets time pass while no processor is ready, until something wants to be served. */
  void idle();
}
