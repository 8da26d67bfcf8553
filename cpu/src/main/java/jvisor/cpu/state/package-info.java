/**
 * The architectural state of one virtual processor (Intel SDM vol. 1 ch. 3 and 8–13, vol. 3 ch. 2):
 * an off-heap struct that every engine shares, and the names of its bits.
 *
 * <p>Only the thread that runs the processor touches it, {@link jvisor.cpu.state.Attention} apart.
 * Nothing here executes or checks; packages above decide what may be written.
 */
@NullMarked
package jvisor.cpu.state;

import org.jspecify.annotations.NullMarked;
