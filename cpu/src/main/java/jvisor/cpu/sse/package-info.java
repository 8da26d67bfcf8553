/**
 * SSE to SSE4.2, AES-NI, PCLMULQDQ and SHA (Intel SDM vol. 1 ch. 10–12, vol. 2) on XMM registers,
 * and every packed-integer instruction that also has an MMX form: a mnemonic has one semantic,
 * which looks at its operands' kind. Instructions with MMX forms only are {@code jvisor.cpu.mmx}.
 *
 * <p><b>VEX.</b> A form of AVX or AVX2 whose name is that of an SSE instruction after a V has the
 * same semantic. It differs in where operands are (a destination of its own), in width (one or two
 * lanes of 128 bits), in that the rest of the YMM register becomes zero instead of staying, and in
 * that memory need not be aligned. What exists with VEX only is {@code jvisor.cpu.avx}.
 *
 * <p><b>How it is built.</b> {@link jvisor.cpu.sse.VectorConditions} knows when an instruction is
 * #UD, #NM or #MF; {@link jvisor.cpu.sse.VectorAccess} finds operands as host addresses, whether
 * they are vector registers, MMX registers or memory, and writes results as the form asks. What an
 * instruction computes is a pure function on 64-bit halves, mostly in {@link jvisor.cpu.sse.Swar},
 * or on 128-bit lanes; {@link jvisor.cpu.sse.Lanes} applies it to one half for MMX and to as many
 * lanes as there are otherwise.
 *
 * <p><b>Floating point</b> is {@link jvisor.cpu.softfloat}; an unmasked exception leaves its flags
 * in MXCSR and raises #XM, or #UD without CR4.OSXMMEXCPT, with the destination unchanged. As on
 * real processors, an unmasked invalid, denormal or divide-by-zero exception of one element hides
 * overflow, underflow and precision of the others (SDM vol. 1, 11.5.3).
 *
 * <p><b>Callers.</b> {@code jvisor.cpu.interpreter.InstructionSet} binds {@link
 * jvisor.cpu.sse.Sse}.
 *
 * <p><b>Not here.</b> CRC32, POPCNT, MOVNTI and the fences are general instructions; FXSAVE and
 * XSAVE are in the system chapters; CVTPI2PS and its kin, which join both register files, belong to
 * MMX. MXCSR.MM (misaligned operands) is not announced. RCPPS and RSQRTPS approximate within the
 * manual's error bound but need not have the bits of any particular processor.
 */
@NullMarked
package jvisor.cpu.sse;

import org.jspecify.annotations.NullMarked;
