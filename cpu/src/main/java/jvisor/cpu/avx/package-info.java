/**
 * The instructions that exist with VEX only (Intel SDM vol. 1 ch. 14, vol. 2): broadcasts,
 * extraction and insertion of lanes, permutations, masked moves, gathers, shifts by a count for
 * each element, conversions of half precision, fused multiply-add, VZEROUPPER and VZEROALL. What is
 * an SSE instruction with three operands and up to 256 bits is in {@link jvisor.cpu.sse}, one
 * semantic for both; so are the conditions under which they run and access to the registers.
 *
 * <p>Every instruction zeroes the part of a YMM register above what it writes. Outside of protected
 * mode, without CR4.OSXSAVE or without XCR0.SSE and XCR0.AVX they are undefined.
 *
 * <p><b>Memory.</b> Masked moves and gathers touch the elements that are chosen and no others, and
 * never raise #AC. A gather that faults has completed the elements below, as their cleared masks
 * tell; a masked store either happens or changes nothing.
 *
 * <p><b>Where manuals leave things open</b> (alignment checks, NaNs of fused operations) this does
 * what an AMD Zen 4 does.
 *
 * <p><b>Callers.</b> {@code jvisor.cpu.interpreter.InstructionSet} binds {@link
 * jvisor.cpu.avx.Avx}.
 *
 * <p>Not here: AVX-512, AVX-VNNI, XOP and FMA4; none of them is announced.
 */
@NullMarked
package jvisor.cpu.avx;

import org.jspecify.annotations.NullMarked;
