/**
 * The real-time clock and its battery-backed memory: a Motorola MC146818A.
 *
 * <p>Held against the MC146818A data sheet: address map, time, calendar and alarm bytes in binary
 * and BCD, 12 and 24 hours, "don't care" alarms, update cycle and UIP, registers A to D, divider
 * control, periodic rates of the 32,768 Hz time base; and the ICH9 data sheet (316972), 5.12 and
 * 13.6, for ports 0x70 and 0x71 with their NMI mask. The century is at 0x32, as the FADT announces;
 * what firmware reads about memory sizes is put in place by {@link
 * jvisor.devices.rtc.InstalledMemory}.
 *
 * <p>The time starts from {@link jvisor.platform.VmClock#epochSeconds} and follows virtual time.
 * Time bytes are those last written plus the updates since; between updates nothing runs unless the
 * guest has enabled an interrupt. The update cycle ends on the second: UIP reads 1 for the 2,228 µs
 * before. Periodic interrupts that the host delivers late follow {@link
 * jvisor.devices.ticks.TickPolicy}, each after the guest has read register C.
 *
 * <p>Daylight saving (DSE) and the square wave are not there; time bases other than 32,768 Hz stop
 * the clock. Bytes that form no date are brought into range at the next update.
 */
@NullMarked
package jvisor.devices.rtc;

import org.jspecify.annotations.NullMarked;
