/**
 * The board: which devices a machine has, where they are and how they are wired. {@link
 * jvisor.machine.board.Q35Board} builds it all; whoever makes a machine of it brings processors.
 *
 * <p><b>I/O ports.</b> What is not listed reads as ones.
 *
 * <pre>
 * 0020-0021  8259 pair, first chip          00E9       debug console
 * 0040-0043  8254 timer                     00F4-00F7  debug exit *
 * 0060       keyboard controller, data      03F8-03FF  COM1
 * 0061       timer gate, port B             0402       debug console
 * 0064       keyboard controller, command   04D0-04D1  8259 edge/level control
 * 0070-0071  RTC and CMOS                   0510-051B  fw_cfg
 * 0080       power-on self-test code        0600-067F  power management **
 * 0092       A20, reset                     0CF8-0CFB  PCI address; 0CF9 reset
 * 00A0-00A1  8259 pair, second chip         0CFC-0CFF  PCI data
 * 00B2-00B3  APM command and status         2000-2017  unit-test interrupts *
 * 00E0-00E8  unit-test latches *
 * </pre>
 *
 * <p><b>Guest physical addresses.</b> What is not listed reads as ones.
 *
 * <pre>
 * 0000_0000  RAM, up to 2 GiB               FEC0_0000  I/O APIC, 4 KiB
 * 000A_0000  nothing (no display)           FED1_C000  root complex registers **, 16 KiB
 * 000C_0000  RAM or firmware, by PAM        FEE0_0000  local APIC (the processor's)
 * 8000_0000  PCI window                     FF00_0000  unit-test registers *, 64 KiB
 * B000_0000  ECAM **, 256 MiB               top of 4 GiB: firmware
 * C000_0000  PCI window                     1_0000_0000  the rest of RAM
 * 8_0000_0000 or behind RAM: PCI window, 32 GiB
 * </pre>
 *
 * <p>* with test devices only. ** where firmware puts it, or the preset for direct boots.
 *
 * <p><b>Interrupts.</b> ISA interrupt n is input n of the 8259 pair and pin n of the I/O APIC, but
 * the timer's is pin 2, and pin 0 is the 8259 pair's own output: 0 timer, 1 keyboard, 4 COM1, 8
 * RTC, 9 SCI (level), 12 mouse. PCI interrupts are pins 16–23, and inputs of the 8259 pair as the
 * chipset routes them.
 *
 * <p><b>Missing:</b> DMA controllers, floppy, display, HPET, the coprocessor's interrupt 13.
 */
@NullMarked
package jvisor.machine.board;

import org.jspecify.annotations.NullMarked;
