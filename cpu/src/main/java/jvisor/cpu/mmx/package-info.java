/**
 * The instructions that exist for MMX registers only (Intel SDM vol. 1 ch. 9, 10.4.4, 11.4.1.5):
 * EMMS, PSHUFW, masked and non-temporal stores, moves between MMX and XMM registers, and
 * conversions between packed integers in one and floating-point numbers in the other. Everything
 * that has an MMX form under the name of an SSE instruction is in {@link jvisor.cpu.sse}, which
 * also provides access to the registers.
 *
 * <p>An instruction that uses an MMX register waits for pending x87 exceptions, sets TOP to 0 and
 * marks all x87 registers valid; conversions from memory use none and do neither.
 *
 * <p><b>Callers.</b> {@code jvisor.cpu.interpreter.InstructionSet} binds {@link
 * jvisor.cpu.mmx.Mmx}.
 */
@NullMarked
package jvisor.cpu.mmx;

import org.jspecify.annotations.NullMarked;
