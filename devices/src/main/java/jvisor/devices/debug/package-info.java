/**
 * Ports by which firmware, tests and people see into a guest: text and status out, nothing in.
 *
 * <ul>
 *   <li>The debug console of Bochs (port 0xE9, reads 0xE9) and of SeaBIOS and OVMF (port 0x402, the
 *       same reading).
 *   <li>The debug exit of QEMU's isa-debug-exit (port 0xF4): a guest ends the machine with a
 *       status.
 *   <li>The latch at port 0x80, where firmware and test ROMs leave power-on self-test codes.
 *   <li>The test device of kvm-unit-tests (QEMU's pc-testdev): a port latch at 0xE0–0xE3, a page to
 *       flush at 0xE4, a byte latch at 0xE8, interrupt lines at 0x2000 and on, 64 KiB of scratch
 *       registers at gpa 0xFF000000.
 * </ul>
 *
 * <p>None has a data sheet; each class says what is expected of it. The board attaches them on
 * demand.
 */
@NullMarked
package jvisor.devices.debug;

import org.jspecify.annotations.NullMarked;
