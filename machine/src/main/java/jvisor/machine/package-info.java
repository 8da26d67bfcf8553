/**
 * Boards, boot protocols and the life of a virtual machine. A program describes a machine in a
 * {@link jvisor.machine.MachineConfig}, has {@link jvisor.machine.Machines} create it, and runs it
 * on a thread of its own until it answers an {@link jvisor.machine.ExitReason}.
 *
 * <p>Called by command lines, servers and tests. Nothing here reads options, touches a terminal or
 * ends the process.
 */
@NullMarked
package jvisor.machine;

import org.jspecify.annotations.NullMarked;
