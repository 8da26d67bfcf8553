package jvisor.isa;

/** What an instruction does to the straight line of execution, seen by whoever forms blocks. */
public enum Flow {
  /** Goes on with the next instruction and depends on nothing but registers and memory. */
  NEXT,
  /** Sets RIP: jumps, calls, returns, conditional branches, loops. Ends a block. */
  BRANCH,
  /**
   * Reads or changes what blocks take for granted – time, RIP as data, mode, privilege, segments,
   * paging, interrupt flag, ports, model-specific registers, string repeats – or leaves the engine.
   * Stands in a block of its own, so that all counts and RIP are exact when it runs.
   */
  SYSTEM
}
