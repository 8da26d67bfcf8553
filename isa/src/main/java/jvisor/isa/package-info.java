/**
 * The x86-64 instruction set as data (Intel SDM vol. 2, AMD APM vol. 3): one table of rows, and what is
 * made from it – decoder, assembler, disassembler, coverage lists, test cases. Nothing here executes.
 *
 * <p>{@link jvisor.isa.Row} is one line of the manual's opcode tables, {@link jvisor.isa.Insn} one
 * decoded instruction with its {@link jvisor.isa.Operand}s. To add an instruction, add its row (and a
 * {@link jvisor.isa.Mnemonic} if it is new); it is then decoded and disassembled, and raises #UD until a
 * semantic is bound to the mnemonic.
 */
@NullMarked
package jvisor.isa;

import org.jspecify.annotations.NullMarked;
