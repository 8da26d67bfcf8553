/**
 * The vocabulary that processors and devices share: guest physical memory, port and memory-mapped
 * buses, interrupt lines and messages, virtual time, and what a device may ask of its machine.
 *
 * <p><b>Threads.</b> Everything here is called by the thread that runs the virtual machine, unless
 * a method says otherwise. Host-side threads (a terminal reader, say) hand work over with {@link
 * jvisor.platform.Inbox#post}.
 *
 * <p><b>Addresses.</b> <em>gpa</em> is a guest physical address, <em>hva</em> a host virtual one.
 */
@NullMarked
package jvisor.platform;

import org.jspecify.annotations.NullMarked;
