package jvisor.machine;

/**
 * An engine, and whether this host offers it.
 *
 * @param name what {@code engine} in a {@link MachineConfig} calls it
 * @param available whether it can run here
 * @param reason one phrase: what it is, or why it cannot run
 */
public record EngineOffer(String name, boolean available, String reason) {}
