/**
 * The ACPI tables of a Q35 board, built in code.
 *
 * <p><b>Builds</b> (ACPI 6.3, chapters 5 and 20) RSDP, RSDT, XSDT, FADT, FACS, MADT, MCFG, WAET and
 * a DSDT written by {@link jvisor.devices.acpi.Aml}: power-off, PCI root with windows and interrupt
 * routing for both interrupt models, RTC, COM1, firmware configuration, and the ranges that belong
 * to the board. The power button is the fixed one of the PM block, so that the DSDT names none.
 *
 * <p><b>Used by</b> the board: {@link jvisor.devices.acpi.AcpiTables#place} for kernels that start
 * without firmware, {@link jvisor.devices.acpi.AcpiTables#files} for firmware, which finds the
 * files and the linker script in fw_cfg.
 *
 * <p>The tables name the addresses that firmware for this board programs and {@link
 * jvisor.devices.chipset.Q35Chipset#presetForDirectBoot} presets: PM block at 0x600, RCBA at
 * 0xFED1C000, ECAM where the configuration says.
 *
 * <p><b>Missing:</b> HPET, SRAT and other tables for several nodes, sleep states but S5, processor
 * states, hot plug, x2APIC ids above 254.
 */
@NullMarked
package jvisor.devices.acpi;

import org.jspecify.annotations.NullMarked;
