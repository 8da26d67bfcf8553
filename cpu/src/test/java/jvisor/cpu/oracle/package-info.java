/**
 * Compares what instructions do here with what they do on a real processor.
 *
 * <p>{@link jvisor.cpu.oracle.CaseGenerator} makes random instructions of any row of the opcode
 * table with random states around them, in code of all widths at privilege level 3, some with the
 * trap flag: {@link jvisor.cpu.oracle.CaseKind} has flat ones and those that use {@link
 * jvisor.cpu.oracle.LocalSegment}, among which all of 16-bit code is. {@link
 * jvisor.cpu.oracle.HostProcessor} executes them on the host through a child process, whose program
 * {@link jvisor.cpu.oracle.HostProgram} assembles; {@link jvisor.cpu.oracle.GuestProcessor}
 * executes them on each of our engines, which {@link jvisor.cpu.oracle.EngineKind} names. {@link
 * jvisor.cpu.oracle.Comparison} compares everything but flags that the table leaves undefined;
 * {@link jvisor.cpu.oracle.Exemptions} names what else cannot be compared, and {@link
 * jvisor.cpu.oracle.Settlement} which cases are not made because manuals leave their outcome open.
 *
 * <p>{@link jvisor.cpu.oracle.OracleTest} runs a million flat and half a million segmented cases
 * that are always the same, and as many fresh ones. What differs, {@link
 * jvisor.cpu.oracle.Shrinker} makes as simple as can be; {@link jvisor.cpu.oracle.CaseText} writes
 * it as one line. {@link jvisor.cpu.oracle.OracleRun} is for looking into differences; its lines,
 * with the host's result, are kept in {@code regressions.txt}. {@link
 * jvisor.cpu.oracle.StoredCasesTest} replays these and some cases of each row that {@link
 * jvisor.cpu.oracle.CorpusWriter} has stored, with a real processor's results, wherever it runs.
 *
 * <p>Not made: real-address and virtual-8086 mode; 32-bit code segments with bases or limits, and
 * near the end of 16-bit ones; bits 24 to 31 of ESP on stacks of 16-bit offsets; gathers with the
 * trap flag, whose pending step takes the place of a fault of later elements on real processors but
 * not here; save areas at addresses that fault in the middle.
 */
@NullMarked
package jvisor.cpu.oracle;

import org.jspecify.annotations.NullMarked;
