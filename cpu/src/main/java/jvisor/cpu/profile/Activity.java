package jvisor.cpu.profile;

/** What a processor's thread is at, as far as the tier above the interpreter knows. */
public enum Activity {
  /** Emitted code runs. */
  EMITTED,
  /** A block is being translated. */
  TRANSLATING,
  /** Something is being counted; nobody would do that without a profile. */
  COUNTING,
  /** Anything else. */
  ELSEWHERE
}
