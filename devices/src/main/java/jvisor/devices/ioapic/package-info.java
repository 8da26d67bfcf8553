/**
 * The I/O interrupt controller: an 82093AA with the ICH9's EOI register.
 *
 * <p>Held against the 82093AA data sheet (Intel 290566-001), section 3 (IOREGSEL, IOWIN,
 * identification, version, arbitration, redirection table), and the ICH9 data sheet (316972), 13.5
 * (index, data and EOI registers, version 0x20).
 *
 * <p><b>Messages.</b> An interrupt leaves as a message in the layout of MSI (SDM vol. 3, 12.11),
 * which carries every field of a redirection entry: address = 0xFEE00000, destination (63:56) in
 * bits 19:12, destination mode (11) in bit 2; data = vector (7:0) and delivery mode (10:8) in
 * place, bit 14 = 1 (assert), trigger mode (15) in place. Lowest priority is delivery mode 001 in
 * the data, not the redirection hint; ExtINT (111) tells the processor to ask the legacy controller
 * for the vector. Level-triggered messages are answered by {@link
 * jvisor.devices.ioapic.IoApic#eoi}.
 *
 * <p>Inputs are active-high wires whatever the polarity bit says: boards of virtual machines wire
 * the asserted state, and kernels program either polarity for the same wire. An edge at a masked
 * input is lost, as in the part. Called by devices (inputs), the board (its window) and the local
 * APIC (EOI).
 */
@NullMarked
package jvisor.devices.ioapic;

import org.jspecify.annotations.NullMarked;
