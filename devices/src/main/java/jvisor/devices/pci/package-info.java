/**
 * The PCI root bus and what every PCI function shares.
 *
 * <p><b>Models</b> PCI Local Bus 3.0, chapter 6: configuration space with type 0 headers (256
 * bytes, or 4 KiB of PCI Express 3.0, 7.2), base address registers and their windows, the
 * capabilities list, MSI, MSI-X, INTx pins; access by mechanism #1 ({@link
 * jvisor.devices.pci.ConfigPorts}) and ECAM ({@link jvisor.devices.pci.EcamWindow}).
 *
 * <p><b>Used by</b> the chipset, which owns the bus and routes its pins, and by every PCI device:
 * it makes a {@link jvisor.devices.pci.PciFunction}, attaches it to the {@link
 * jvisor.devices.pci.PciBus}, and then adds its windows and capabilities.
 *
 * <p><b>The guest</b> may program any address at any time. What overlaps, wraps around, lies
 * outside the address space or over RAM never throws: {@link jvisor.devices.pci.AddressDecoder}
 * keeps such a window out of sight until its place is free. A base address register that holds 0 or
 * the value that sizing leaves behind decodes nothing.
 *
 * <p><b>Missing:</b> bridges (there is only bus 0), expansion ROMs, power management and PCI
 * Express capabilities, parity and system errors, extended capabilities.
 */
@NullMarked
package jvisor.devices.pci;

import org.jspecify.annotations.NullMarked;
