/**
 * The chips of a PC, one package each, and the little vocabulary they share.
 *
 * <p>A chip here is registers, pins and time passed in through {@link jvisor.platform.VmClock}: it
 * starts no thread, does no input or output and reads no host clock. What reaches it from the host
 * (a byte typed at a terminal, say) is handed over on the machine's thread. Boards, address
 * decoding and which wire goes where belong to the module that builds machines.
 *
 * <p>The guest is hostile: every register answers every value at every size, in bounded time and
 * memory. How a chip is saved is not settled here yet; none keeps state outside its own fields and
 * the timers it has armed.
 */
@NullMarked
package jvisor.devices;

import org.jspecify.annotations.NullMarked;
