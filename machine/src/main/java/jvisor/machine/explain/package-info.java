/**
 * Explanations for people who learn how a processor, a kernel and a monitor share the work: which
 * instruction trapped, why, who handled it, and where control went – and, for what a guest's
 * handler took over, when it came back. {@link jvisor.machine.explain.Narrator} looks on while a
 * machine runs and changes nothing.
 *
 * <p>A trap and its return are matched by the place where execution goes on (RIP, stack pointer
 * and, in user code, address space). A handler that goes on elsewhere – a signal, a new program, a
 * fault that is skipped – has no return; a first entry into user code has no trap.
 *
 * <p>The names of system calls are those of Linux for x86-64, and are given for 64-bit calls of
 * guests that were loaded as Linux kernels.
 */
@NullMarked
package jvisor.machine.explain;

import org.jspecify.annotations.NullMarked;
