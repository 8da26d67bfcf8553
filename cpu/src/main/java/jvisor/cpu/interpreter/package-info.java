/**
 * The engine that interprets: complete machine emulation by fetch, decode, execute (the reference
 * for every other engine).
 *
 * <p><b>How guest code runs.</b> Straight runs of instructions are decoded once into a {@link
 * jvisor.cpu.interpreter.Block} of {@link jvisor.cpu.interpreter.Op}s; running one is a loop over
 * virtual calls. Frequent instruction forms have an op class of their own (see {@link
 * jvisor.cpu.interpreter.FastForms}); all others go through {@link
 * jvisor.cpu.interpreter.SemanticOp} to the shared semantic method. A fast form must do exactly
 * what the semantic does: tests run both.
 *
 * <p><b>Where blocks are found.</b> {@link jvisor.cpu.interpreter.CodeCache} keeps blocks by
 * physical page and offset, so that address-space switches and aliases cost nothing; {@link
 * jvisor.cpu.interpreter.JumpCache} remembers which block a linear address meant in the current
 * context. Blocks never leave a page, but for a single instruction that straddles two.
 *
 * <p><b>Several processors</b> share one code cache: blocks name no processor. If they run by turns
 * on one thread, a turn ends between two instructions, so that no block runs while another
 * processor stores to its bytes. PAUSE ends a turn if another processor could use it.
 *
 * <p><b>Processors on threads of their own</b> find blocks without a lock, and hold the machine's
 * when they decode. Before a page is decoded for the first time the others lose their write tags
 * for it; a store to decoded bytes waits until all others that have entered the page are between
 * two instructions, so code that one processor changes is changed for all at once, which is more
 * than the manual asks (SDM vol. 3, "Handling Self- and Cross-Modifying Code"). What an op does to
 * memory is one access of the host for aligned operands; since each op leaves its result in the
 * struct, whose address the compiler cannot tell from the guest's, accesses keep their order.
 *
 * <p><b>Self-modifying code.</b> A page with blocks has no write entry in any TLB, so each store to
 * it reaches {@link jvisor.cpu.interpreter.CodeCache#codeWritten}, which drops the blocks that
 * overlap the bytes. If one of these is running, the rest of its ops is replaced by an op that
 * leaves the block, so the next instruction is decoded anew.
 *
 * <p><b>Precision.</b> Faults are thrown; the loop knows which op ran, so RIP, the retired count
 * and partial blocks are exact without any bookkeeping per instruction.
 *
 * <p><b>Observers.</b> If somebody looks on ({@link jvisor.cpu.vcpu.Observer}), ops are wrapped
 * when they are decoded; the loop is the same, so that blocks, budgets and the points at which
 * events arrive are too. Without one nothing is wrapped. Processors that share their code have one
 * observer.
 */
@NullMarked
package jvisor.cpu.interpreter;

import org.jspecify.annotations.NullMarked;
