/**
 * The firmware configuration device ("fw_cfg"), by which firmware and test programs learn about the
 * machine.
 *
 * <p><b>Models</b> the interface of that name which SeaBIOS, OVMF, Linux (ACPI id {@code QEMU0002})
 * and kvm-unit-tests know: selector and data registers, the DMA interface, numbered entries ({@link
 * jvisor.devices.fwcfg.FwCfgKey}) and the directory of named files.
 *
 * <p><b>Used by</b> the board, which fills in what this machine offers; the boot protocols add
 * kernel, initrd and command line if firmware shall load them.
 *
 * <p><b>The guest</b> gives addresses and lengths: descriptors outside RAM are ignored, data
 * outside RAM is lost, unknown entries are empty, reading past the end gives zeroes.
 *
 * <p><b>Missing:</b> entries that the guest can write. Writing through DMA answers with the error
 * bit.
 */
@NullMarked
package jvisor.devices.fwcfg;

import org.jspecify.annotations.NullMarked;
