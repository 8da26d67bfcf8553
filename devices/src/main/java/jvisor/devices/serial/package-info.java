/**
 * The serial port: a National PC16550D as found at COM1.
 *
 * <p>Held against the PC16550D data sheet (June 1995): register descriptions of section 8 (8.1 line
 * control to 8.9 modem status), FIFO interrupt and polled operation of 8.10 and 8.11. The interrupt
 * output passes the gate that a PC builds with OUT2.
 *
 * <p>What differs from the part: the transmitter is empty at once, so line speed never holds the
 * guest back, but the <em>interrupt</em> that says so comes one character time (at most 100 µs)
 * after a write, so that a handler that loops until the interrupt is gone terminates. Received
 * bytes wait in a queue ahead of the FIFO and enter it at line speed, so none is lost to an
 * overrun. A break sent by the guest is not passed on. DMA modes have no pins.
 *
 * <p>Called by the board (ports), and on the machine's thread by whoever reads the terminal.
 */
@NullMarked
package jvisor.devices.serial;

import org.jspecify.annotations.NullMarked;
