/**
 * Virtual machines at work: a board and processors with their engines put together from a {@link
 * jvisor.machine.MachineConfig}, the turns that processors take, and the loop that serves all.
 *
 * <p>Each processor comes out of reset as Intel's SDM has it (vol. 3, "Multiple-Processor
 * Management"): the first at the reset vector, the others waiting for a start-up message. INIT and
 * start-up messages take effect between two instructions. The machine lives until all its
 * processors are halted for good, or one of them shuts down.
 *
 * <p>Not here: a thread for each processor, removal and addition of processors while the machine
 * runs (the guest can stop and start those it has).
 */
@NullMarked
package jvisor.machine.vm;

import org.jspecify.annotations.NullMarked;
