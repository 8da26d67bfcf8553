/**
 * IEEE 754 arithmetic as x86 defines it, on raw bit patterns: binary32 and binary64 for SSE and
 * AVX, and the 80-bit double extended format for x87.
 *
 * <p><b>Specification.</b> Intel SDM volume 1, chapter 4 (formats, NaN rules, exceptions), chapter
 * 8 (x87), chapter 11 (SSE), appendix D and E (exception handling). Tininess is detected after
 * rounding. Where the manual leaves something open, a real processor decided.
 *
 * <p><b>How to use it from SSE semantics.</b> Keep one {@link jvisor.cpu.softfloat.FpEnv} per
 * virtual processor. For each instruction:
 *
 * <pre>{@code
 * env.loadMxcsr(mxcsr);                      // rounding, masks, DAZ, FTZ; clears flags()
 * long r = SoftFloat64.add(a, b, env);       // once for each element
 * mxcsr |= env.flags();                      // in every case
 * if (env.unmasked()) { raise #XM (#UD without CR4.OSXMMEXCPT), destination unchanged }
 * destination = r;
 * }</pre>
 *
 * <p>The value that an operation returns after an unmasked exception is meaningless and must not be
 * stored. In {@code add(a, b, env)} the first argument is the instruction's first source operand:
 * when both are NaNs the first wins. Compares return a {@link jvisor.cpu.softfloat.FpRelation}
 * constant. {@code loadMxcsr} is cheap and must be called for each instruction, since it also tells
 * the fast paths whether the precision flag is still of interest.
 *
 * <p>Arithmetic and compares are in {@link jvisor.cpu.softfloat.SoftFloat32} and {@link
 * jvisor.cpu.softfloat.SoftFloat64}, conversions (also to integers and to integral values) in
 * {@link jvisor.cpu.softfloat.Convert32} and {@link jvisor.cpu.softfloat.Convert64}, RCPSS and
 * RSQRTSS in {@link jvisor.cpu.softfloat.Approximation32}.
 *
 * <p><b>How to use it from x87 semantics.</b> {@link jvisor.cpu.softfloat.FpEnv#loadControlWord}
 * takes the control word; 80-bit operations take operands as {@code (long significand, int
 * signExponent)} and leave the result in the environment.
 *
 * <p><b>What it does not do.</b> It knows no registers, raises no faults and allocates nothing; the
 * stack, the tag word and pending exceptions belong to the callers.
 */
@NullMarked
package jvisor.cpu.softfloat;

import org.jspecify.annotations.NullMarked;
