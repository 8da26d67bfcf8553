/**
 * The x87 FPU as instructions see it (Intel SDM vol. 1 ch. 8, vol. 2, vol. 3 sections 2.5 and
 * 23.18): the register stack with its tags, status and control word, pending exceptions, pointers
 * to the last instruction and operand, and all instructions from FLD to FRSTOR. The arithmetic
 * itself is {@link jvisor.cpu.softfloat}.
 *
 * <p><b>How an instruction goes.</b> {@link jvisor.cpu.x87.Fpu#enter} raises #NM or #MF; then
 * operands are fetched, which may fault; then the result is computed in {@code c.fp}; a store to
 * memory happens, which may fault; and only then status, pointers, registers and TOP change. An
 * unmasked IE, DE or ZE keeps the result and the pop from happening, for stores to memory OE and UE
 * too.
 *
 * <p><b>Pointers.</b> FIP, FDP and their selectors are recorded by every instruction but control
 * ones; FOP only by instructions that raise an unmasked exception, as on processors without fopcode
 * compatibility mode.
 *
 * <p><b>Where manuals leave things open</b> (undefined condition codes, operands outside of a
 * function's range, C1 after FFREE) this does what an AMD Zen 4 does. As there, compares set the
 * condition codes or EFLAGS even if their invalid operand is not masked, and loads push a denormal
 * even if DE is not masked.
 *
 * <p><b>Callers.</b> {@code jvisor.cpu.interpreter.InstructionSet} binds {@link
 * jvisor.cpu.x87.X87}.
 *
 * <p><b>Not here.</b> FXSAVE and FXRSTOR are with the XSAVE family. With CR0.NE clear a pending
 * exception should freeze the processor until an external interrupt (FERR#, IRQ 13); there is no
 * such pin, so the exception is ignored as if IGNNE# were asserted. Only software for the 80286 and
 * before relies on it.
 */
@NullMarked
package jvisor.cpu.x87;

import org.jspecify.annotations.NullMarked;
