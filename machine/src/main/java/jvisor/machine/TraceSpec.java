package jvisor.machine;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;

/**
 * A trace that a machine is to write of its processors.
 *
 * @param out where it goes; closed by the machine at the end of the trace
 * @param from how many instructions the machine completes before the trace begins
 * @param count how many instructions are traced at most, at least 1
 * @param trouble told, on the machine's thread, that {@code out} has failed; the machine goes on
 *     without
 */
public record TraceSpec(OutputStream out, long from, long count, Consumer<IOException> trouble) {}
