/**
 * The virtual processor as instructions see it: operands, addresses with segmentation (SDM vol. 3
 * ch. 3 and 5), the stack, faults – and the contract of a semantic.
 *
 * <p><b>Semantics.</b> One static method per instruction, {@code static void add(Vcpu c, Insn i)},
 * bound to its {@link jvisor.isa.Mnemonic} by the chapter class it stands in: each chapter has
 * {@code static void bind(SemanticTable t)}, and {@code jvisor.cpu.interpreter.InstructionSet}
 * lists the chapters. One method serves all operand forms and sizes: {@code c.read(i, i.b)}, {@code
 * c.write(i, i.a, v)}, with values zero-extended to 64 bits and bits above the operand's size
 * ignored on writing; MMX and SSE forms that share a name share the method too.
 *
 * <ul>
 *   <li>{@code c.state.rip()} is the address of the <em>next</em> instruction; {@link
 *       jvisor.cpu.vcpu.Vcpu#insnRip} that of this one. Branches write RIP with {@link
 *       jvisor.cpu.vcpu.Vcpu#branch} after all that can fault.
 *   <li>A fault is thrown: {@code throw c.gp(0)}. Whatever can fault happens before the first
 *       change of architectural state; for read-modify-write operands {@link
 *       jvisor.cpu.vcpu.Vcpu#readForWrite} checks writability, then {@link
 *       jvisor.cpu.vcpu.Vcpu#writeBack} cannot fault.
 *   <li>The engine restores RIP to the instruction when it faults, delivers, counts, and handles
 *       TF.
 *   <li>Feature bits need no check: rows of features that the processor does not announce never
 *       decode. Dynamic conditions (CR0.TS, CR4.OSFXSR, CPL, mode) are the semantic's.
 * </ul>
 */
@NullMarked
package jvisor.cpu.vcpu;

import org.jspecify.annotations.NullMarked;
