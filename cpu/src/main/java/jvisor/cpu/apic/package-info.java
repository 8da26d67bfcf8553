/**
 * The local APICs: what receives, orders and acknowledges the interrupts of a processor, its timer,
 * and the bus on which local APICs, I/O APICs and message-signalled interrupts meet.
 *
 * <p>Held against Intel SDM vol. 3, chapter "Advanced Programmable Interrupt Controller (APIC)",
 * for a processor of the xAPIC generation with x2APIC: version 14H, seven entries in the local
 * vector table, suppression of EOI broadcasts, TSC deadlines if the model has them. The timer's
 * input clock runs at 1 GHz, so that one tick before the divider is one nanosecond; the TSC runs at
 * the same rate (its offset comes with each deadline).
 *
 * <p>{@link jvisor.cpu.apic.LocalApic} is called by its processor's instructions and engine, by the
 * timers of the machine's clock and, through {@link jvisor.cpu.apic.ApicBus}, by devices and other
 * local APICs, all on the machine's thread. The machine builds both, adds each local APIC to the
 * bus, maps its page where {@link jvisor.cpu.apic.LocalApic#onModeChange} says, and acts on INIT
 * and SIPI.
 *
 * <p>Choices where the manual leaves one: the APIC id can be written in xAPIC mode (as AMD APM vol.
 * 2, "Local APIC ID" has it) and is where messages go until the APIC is disabled; IPIs are
 * edge-triggered whatever the ICR says; lowest-priority IPIs are supported; a message's destination
 * mode counts also without redirection hint; eight-bit destination FFH reaches every local APIC in
 * either destination mode; stores to the register page that are not aligned doublewords are lost;
 * the interrupts that a periodic timer could not deliver in time become one.
 *
 * <p>Not here: SMIs (there is no system-management mode), remote reads, interrupt remapping, and
 * the sources behind the performance, thermal and CMCI entries, which only store what is written.
 */
@NullMarked
package jvisor.cpu.apic;

import org.jspecify.annotations.NullMarked;
