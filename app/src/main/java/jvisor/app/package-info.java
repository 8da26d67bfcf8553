/**
 * The command line: {@code run}, {@code image}, {@code doctor}. Its words, streams and exit
 * statuses are a contract that scripts rely on; {@link jvisor.app.ExitStatus} lists the statuses.
 *
 * <p>Standard output carries what the guest's serial line says, or what a command was asked to
 * print; everything else goes to standard error. Holds no knowledge of registers or devices:
 * machines come from {@code jvisor.machine}.
 */
@NullMarked
package jvisor.app;

import org.jspecify.annotations.NullMarked;
