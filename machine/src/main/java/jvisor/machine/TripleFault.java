package jvisor.machine;

/** What a triple fault does. */
public enum TripleFault {
  /** Ends the machine with {@link ExitReason.GuestDied}. */
  EXIT,
  /** Resets the machine, as a board does. */
  RESET
}
