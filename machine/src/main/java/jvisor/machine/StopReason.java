package jvisor.machine;

/** Why someone outside stopped the machine. */
public enum StopReason {
  /** The person at the terminal left. */
  LEFT,
  /** The time that the machine was given is over. */
  TIMEOUT,
  /** Nobody takes the guest's output any more. */
  OUTPUT_CLOSED,
  /** The process has been told to end. */
  SIGNAL
}
