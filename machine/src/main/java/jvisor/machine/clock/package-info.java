/**
 * Virtual time: the host's monotonic clock, or the count of retired instructions. Both keep their
 * timers in one queue that the machine's thread serves between instructions; no other thread is
 * involved.
 */
@NullMarked
package jvisor.machine.clock;

import org.jspecify.annotations.NullMarked;
