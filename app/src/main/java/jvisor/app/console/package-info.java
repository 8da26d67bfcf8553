/**
 * The person's side of a running guest: the terminal and its raw mode, and the pumps that carry
 * bytes between the process's streams and the machine's serial line without ever holding the
 * machine up for long.
 *
 * <p>Called by the run command. Knows nothing of what the bytes mean, except the escape key that
 * leaves the guest.
 */
@NullMarked
package jvisor.app.console;

import org.jspecify.annotations.NullMarked;
