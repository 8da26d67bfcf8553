/**
 * The legacy interrupt controllers: two Intel 8259A, the second cascaded on input 2 of the first,
 * and the edge/level control registers of PC chipsets.
 *
 * <p>Held against the 8259A data sheet (Intel 231468-003): initialization command words, operation
 * command words, fully nested, special fully nested, automatic and specific rotation, special mask,
 * poll, AEOI, edge and level triggering, the default IR7 for requests that went away; and the ICH9
 * data sheet (316972), 5.8 and 13.4, for ELCR at 0x4D0 and 0x4D1.
 *
 * <p>An edge-sensed request is withdrawn if its input falls before the acknowledge, as in the part.
 * A chip that has not been initialized raises no interrupt. The MCS-80/85 mode is accepted but
 * vectors are formed as in 8086 mode, as only an 8080 could execute the CALL that the part would
 * send.
 *
 * <p>Called by devices (input lines), the board (ports) and the processor ({@link
 * jvisor.platform.ExternalInterrupts}).
 */
@NullMarked
package jvisor.devices.pic;

import org.jspecify.annotations.NullMarked;
