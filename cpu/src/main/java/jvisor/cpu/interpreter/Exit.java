package jvisor.cpu.interpreter;

/** Why an engine came back. */
public enum Exit {
  /** The budget of instructions is used up. */
  BUDGET,
  /** Someone other than an interrupt source raised the processor's attention. */
  ATTENTION,
  /** The guest waits for another processor (PAUSE), or its handlers do nothing but fault. */
  GAVE_WAY,
  /** The processor waits in HLT and nothing deliverable is pending. */
  HALTED,
  /** A fault while delivering a double fault: shutdown (SDM vol. 3, 6.15, vector 8). */
  SHUTDOWN
}
