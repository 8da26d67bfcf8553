/**
 * The x86-64 instruction set as data (Intel SDM vol. 2, AMD APM vol. 3): one table of rows, and
 * what is made from it – decoder, assembler, disassembler, coverage lists, test cases. Nothing here
 * executes.
 *
 * <p>{@link jvisor.isa.Row} is one line of the manual's opcode tables, {@link jvisor.isa.Insn} one
 * decoded instruction with its {@link jvisor.isa.Operand}s, {@link jvisor.isa.Roles} tells what is
 * read and written. To add an instruction, add its row (and a {@link jvisor.isa.Mnemonic} if it is
 * new); it is then decoded and disassembled, and raises #UD until a semantic is bound to the
 * mnemonic.
 *
 * <p>{@link jvisor.isa.Decoder} is what the processor uses, with the features that it announces.
 * {@link jvisor.isa.Assembler} and {@link jvisor.isa.Disassembler} are for tests, logs and
 * debuggers; {@link jvisor.isa.Encoder} and {@link jvisor.isa.Substitution} are for translators,
 * which emit {@linkplain jvisor.isa.Row#harmless() harmless} rows with other registers and
 * addresses, and for test generators.
 *
 * <p>The table holds the general-purpose, system, x87, MMX and SSE to SSE4.2 instructions, AES-NI,
 * PCLMULQDQ, SHA, and of those encoded with VEX (SDM vol. 2, 2.3) AVX, AVX2, FMA, F16C, BMI1, BMI2,
 * VAES and VPCLMULQDQ. Not in it: anything with EVEX or XOP, 3DNow!, SSE4a, VMX and SVM but for
 * VMCALL and VMMCALL, CET, MPX (its hints are NOPs), SGX, TSX, GFNI.
 */
@NullMarked
package jvisor.isa;

import org.jspecify.annotations.NullMarked;
