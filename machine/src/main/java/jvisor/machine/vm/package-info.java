/**
 * Virtual machines at work: a board and processors with their engines put together from a {@link
 * jvisor.machine.MachineConfig}, who of the processors executes when ({@link
 * jvisor.machine.vm.Schedule}: by turns, or each on a thread), and the loop that serves all.
 *
 * <p>Each processor comes out of reset as Intel's SDM has it (vol. 3, "Multiple-Processor
 * Management"): the first at the reset vector, the others waiting for a start-up message. INIT and
 * start-up messages take effect between two instructions. The machine lives until all its
 * processors are halted for good, or one of them shuts down.
 *
 * <p>With threads, everything but guest code happens under one lock ({@link
 * jvisor.machine.vm.SharedLock}), which the loop holds whenever it does not sleep. Chips know
 * nothing of that: what reaches them from a processor's thread comes through a bus that takes the
 * lock, or through {@link jvisor.machine.vm.GuardedApic}.
 *
 * <p>Not here: turns for more processors than the host has (its scheduler decides, and a spinning
 * guest does not know), removal and addition of processors while the machine runs (the guest can
 * stop and start those it has).
 */
@NullMarked
package jvisor.machine.vm;

import org.jspecify.annotations.NullMarked;
