package jvisor.machine;

import java.util.function.Consumer;

/**
 * A profile that is wanted of a machine's run.
 *
 * @param blocks how many of the hottest blocks are shown, at least 0
 * @param done takes the profile when the run is over, on the thread that ran the machine
 */
public record ProfileSpec(int blocks, Consumer<Profile> done) {}
