/**
 * The chipset of a Q35 board: memory controller hub 82Q35 and I/O controller hub ICH9, as far as
 * firmware and operating systems use them.
 *
 * <p><b>Models</b> Intel 3 Series Express Chipset (316966): the host bridge 8086:29C0 at 00:00.0;
 * Intel ICH9 (316972): the LPC bridge 8086:2918 at 00:1F.0 with power management, PIRQ routing, APM
 * ports and the routing part of the root complex registers. {@link
 * jvisor.devices.chipset.Q35Chipset} builds it; the board gives it buses, clock and the interrupt
 * controllers' inputs.
 *
 * <p><b>What firmware finds.</b> SeaBIOS and OVMF need, and get:
 *
 * <ul>
 *   <li>00:00.0 with the subsystem 1AF4:1100, by which they know a virtual board; PAM0–PAM6 (0x90)
 *       that are real; PCIEXBAR (0x60), disabled at power-on, anywhere in 36 bits; the ROM image at
 *       the top of 4 GiB whatever PAM says, as SeaBIOS copies itself from there;
 *   <li>00:1F.0 with PMBASE (0x40), ACPI_CNTL (0x44), PIRQx_ROUT (0x60, 0x68), RCBA (0xF0);
 *   <li>a PM timer at PMBASE + 8 for delays;
 *   <li>no system management mode: SMI_EN (PMBASE + 0x30) always has APMC_EN set, which SeaBIOS
 *       takes for "done already", SMRAM (0x9D) reads as locked and closed, GEN_PMCON_1 has
 *       SMI_LOCK;
 *   <li>sleep type 0 besides 7 as power-off, which is what both write.
 * </ul>
 *
 * <p>CMOS, PIT, 8259, keyboard controller, fw_cfg and the debug console are other devices of the
 * board.
 *
 * <p><b>Missing:</b> SMI and SMRAM, the watchdog (TCO), GPIO, HPET, SPI flash, SMBus, SATA and USB
 * functions, integrated graphics (0xA0000–0xBFFFF is a hole), MCHBAR, DMIBAR and PXPEPBAR windows,
 * S1–S3. Firmware's part in TOLUD and its like is done here: they are read-only and right.
 */
@NullMarked
package jvisor.devices.chipset;

import org.jspecify.annotations.NullMarked;
