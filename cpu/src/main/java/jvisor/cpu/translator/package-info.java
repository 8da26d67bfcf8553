/**
 * Hot blocks of flat 64- and 32-bit code as native code of the host (Linux on x86-64): a tier above
 * the interpreter, which stays the reference and runs whatever is not translated.
 *
 * <p>A translation belongs to a block of physical code and does not depend on the linear address at
 * which it runs. Instructions whose rows the table marks as harmless are emitted as themselves,
 * with registers and memory operands replaced ({@link jvisor.cpu.translator.Registers}); every load
 * and store goes through an inline probe of the software TLB ({@link jvisor.cpu.mmu.TlbLayout});
 * everything else leaves the emitted code, is done by the interpreter's op, and comes back behind
 * it. So a translation is complete whatever it contains, and every exception is raised by the same
 * code as ever.
 *
 * <p>A translated block counts the same instructions and ends at the same places as the block does;
 * it looks at the attention word at its head, and gives up there if the budget does not suffice for
 * all of it.
 *
 * <p>Processor state while emitted code runs: general-purpose registers in host registers or in the
 * struct; vector registers, and the x87 state, in the host's once an instruction has needed them;
 * arithmetic flags in the host's flags or in the struct's slot, which holds them whenever control
 * passes from one block to another or may leave; RIP as the address of the running block. RFLAGS
 * bits that the manual leaves undefined are those of the host's processor.
 *
 * <p>A verifier can look at each translation before it is entered ({@link
 * jvisor.cpu.translator.TranslatorOptions#verify}): it decodes what has been emitted and proves,
 * without any knowledge of the emitter, that nothing but the struct, guest frames behind a probe
 * and code that may follow is reached. Every rule that it knows is in {@code UnsafeCode.Rule}.
 *
 * <p>Not here: strings but for REP STOS and REP MOVS upwards within a page, and everything of the
 * system's kind but what {@code Transitions} does (they leave); 16-bit code and code with segments
 * that are not flat; hosts with other processors.
 */
@NullMarked
package jvisor.cpu.translator;

import org.jspecify.annotations.NullMarked;
