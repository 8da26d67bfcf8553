/**
 * How fast programs are in a guest: natively, on Jvisor and on QEMU's translator, in turns within
 * one run and timed by the host's clock.
 *
 * <p>{@link jvisor.bench.programs.Suite} compiles C programs with the host's gcc. {@link
 * jvisor.bench.programs.Runner} starts a process at whose end {@code init} runs them: on the host,
 * or as a guest's first process at the end of the serial line. A program prints marks before and
 * after its work; {@link jvisor.bench.programs.Marks} makes a time and a checksum of them, and
 * checksums of all engines must agree. {@link jvisor.bench.programs.ProgramsBench} puts it together
 * and {@link jvisor.bench.programs.Report} says what came out, as a table, a picture or JSON.
 *
 * <p>A time includes that of the marks themselves, which is measured and reported. Nothing here
 * looks at where the time goes.
 */
@NullMarked
package jvisor.bench.programs;

import org.jspecify.annotations.NullMarked;
