/**
 * Compares what instructions do here with what they do on a real processor.
 *
 * <p>{@link jvisor.cpu.oracle.CaseGenerator} makes random instructions of any row of the opcode
 * table with random states around them; {@link jvisor.cpu.oracle.NativeProcessor} executes them on
 * the host through the small program {@code native.c}, {@link jvisor.cpu.oracle.JvisorProcessor}
 * through decoder and semantics. {@link jvisor.cpu.oracle.OracleRun} does that by the million and
 * writes the corpus, a selection of cases with the real results, which tests replay anywhere.
 */
@NullMarked
package jvisor.cpu.oracle;

import org.jspecify.annotations.NullMarked;
