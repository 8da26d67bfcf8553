/**
 * Virtual machines at work: a board, a processor and an engine put together from a {@link
 * jvisor.machine.MachineConfig}, and the loop that runs them.
 */
@NullMarked
package jvisor.machine.vm;

import org.jspecify.annotations.NullMarked;
