/**
 * The ways by which a PC resets itself, gates A20 and finds that no keyboard is there.
 *
 * <p>Held against the ICH9 data sheet (316972), 13.7.2 to 13.7.5 (port 0x92, 0xCF9 reset control),
 * and for the keyboard controller against the 8042 as IBM's PS/2 technical reference (1988,
 * "Keyboard and Auxiliary Device Controller") describes it: status, command byte, controller
 * commands 0x20–0xFF, output port.
 *
 * <p>Every reset here is one of the whole machine; the parts would send INIT for some, which leaves
 * memory alone. Keyboard and mouse are not attached: what is sent to them is answered by the
 * controller itself with "resend" and the time-out bit, as when no clock comes from the connector.
 *
 * <p>Called by the board (ports). 0xCF9 lies inside the configuration address register at 0xCF8;
 * the board hands byte accesses to it on.
 */
@NullMarked
package jvisor.devices.reset;

import org.jspecify.annotations.NullMarked;
