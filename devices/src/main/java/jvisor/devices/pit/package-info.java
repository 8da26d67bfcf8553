/**
 * The interval timer: an Intel 8254 with the PC's gates, and port 0x61.
 *
 * <p>Held against the 8254 data sheet (Intel 231164-005): control words, counter latch and
 * read-back commands, null count, the six modes with their count sequences and gate rules, BCD; and
 * the ICH9 data sheet (316972), 5.7 and 13.7.1 (NMI status and control).
 *
 * <p>Counters are functions of the tick number, 1,193,182 a second, computed when asked: nothing
 * runs while nobody looks, and readings are exact however late they are taken. Only counter 0's
 * rising edges are events. Its falling edge is put off to just before the next rise, so that a
 * request that the host delivers late is not withdrawn in the same moment; readings of OUT are not
 * affected. A count that waits for the next tick to be loaded reads as if it were loaded. Ticks
 * that the host delivers late follow {@link jvisor.devices.ticks.TickPolicy}.
 *
 * <p>There is no speaker, and port 0x61 never reports parity or channel checks.
 */
@NullMarked
package jvisor.devices.pit;

import org.jspecify.annotations.NullMarked;
