package jvisor.machine;

/**
 * An engine, and whether it runs here.
 *
 * @param name what {@code engine} in a {@link MachineConfig} calls it
 * @param state whether it runs
 * @param reason one phrase: what it is, or why it does not run
 */
public record EngineOffer(String name, State state, String reason) {
  /** Whether an engine runs. */
  public enum State {
    /** It runs on this host. */
    OFFERED,
    /** It needs something that this host does not give. */
    REFUSED,
    /** This version of the program does not have it. */
    ABSENT
  }
}
