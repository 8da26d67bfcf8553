/**
 * What we tell the person at the keyboard, and where that person's files are: one-line errors,
 * notes on the error stream, progress bars, reports of our own errors, the XDG base folders.
 *
 * <p>Called by every command. Nothing here writes to standard output, which belongs to the guest.
 */
@NullMarked
package jvisor.app.user;

import org.jspecify.annotations.NullMarked;
