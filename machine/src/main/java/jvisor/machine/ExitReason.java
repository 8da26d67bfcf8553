package jvisor.machine;

/** How a machine's life ended. */
public sealed interface ExitReason {
  /** The guest switched itself off. */
  record PoweredOff() implements ExitReason {}

  /** The guest asked for a reset, and {@link MachineConfig#noReboot} made that the end. */
  record Rebooted() implements ExitReason {}

  /**
   * A triple fault, or every processor halted with interrupts off and nothing pending.
   *
   * @param cause one line for people
   * @param registers a dump of the registers, several lines, no line end at its end
   */
  record GuestDied(String cause, String registers) implements ExitReason {}

  /** The guest wrote to the debug-exit port; {@code status} is 0–255. */
  record DebugExit(int status) implements ExitReason {}

  /**
   * The engine that ran the guest and the one that it was compared with have come to different
   * results; {@code report} says where and in what, several lines with no line end at the end.
   */
  record EnginesDiffer(String report) implements ExitReason {}

  /** {@link VirtualMachine#requestStop} ended it. */
  record Stopped(StopReason why) implements ExitReason {}
}
