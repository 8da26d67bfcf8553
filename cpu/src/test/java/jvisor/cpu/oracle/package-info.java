/**
 * Compares what instructions do here with what they do on a real processor.
 *
 * <p>{@link jvisor.cpu.oracle.CaseGenerator} makes random instructions of any row of the opcode
 * table with random states around them. {@link jvisor.cpu.oracle.HostProcessor} executes them on
 * the host through a child process, whose program {@link jvisor.cpu.oracle.HostProgram} assembles;
 * {@link jvisor.cpu.oracle.GuestProcessor} executes them on the interpreter, with and without its
 * fast forms. {@link jvisor.cpu.oracle.Comparison} compares everything but flags that the table
 * leaves undefined; {@link jvisor.cpu.oracle.Exemptions} names what else cannot be compared, and
 * {@link jvisor.cpu.oracle.Settlement} which cases are not made because manuals leave their outcome
 * open.
 *
 * <p>{@link jvisor.cpu.oracle.OracleTest} runs a million cases that are always the same and a
 * million fresh ones. {@link jvisor.cpu.oracle.OracleRun} is for looking into differences. Where
 * there is no x86-64 Linux host, stored results of a real processor are replayed instead.
 *
 * <p>{@link jvisor.cpu.oracle.RolesTest} uses the same cases to hold the table's word on what
 * instructions read and write against the interpreter.
 */
@NullMarked
package jvisor.cpu.oracle;

import org.jspecify.annotations.NullMarked;
