/**
 * Boot protocols: recognizes what a person wants to start, places it in guest memory and says how
 * the processor begins. Applying an {@link jvisor.machine.boot.EntryState} to a processor is
 * another's work, as is mapping a firmware image (the chipset's).
 *
 * <ul>
 *   <li>{@link jvisor.machine.boot.LinuxImage}: the Linux/x86 boot protocol, versions 2.02 to 2.15
 *       ({@code Documentation/arch/x86/boot.rst}, {@code zero-page.rst}). The kernel proper is
 *       unpacked here and entered where its own decompressor would: at the 64-bit entry or, a
 *       32-bit kernel, as the 32-bit protocol has it. A file without a payload or packed with lzo
 *       unpacks itself, and so does a 32-bit kernel whose place is beyond the memory's end.
 *   <li>{@link jvisor.machine.boot.PvhImage}: an ELF file with the note XEN_ELFNOTE_PHYS32_ENTRY
 *       (Xen's {@code docs/misc/pvh.pandoc}, {@code xen/include/public/arch-x86/hvm/start_info.h}).
 *   <li>{@link jvisor.machine.boot.MultibootImage}: the Multiboot Specification 0.6.96, sections
 *       3.1 to 3.4; video modes, symbols, drives and APM tables are not offered. Of what a BIOS
 *       leaves, there are the interrupt controllers, the timer and vectors, but no services (see
 *       {@code jvisor.machine.board}).
 *   <li>{@link jvisor.machine.boot.FirmwareImage}: a ROM, started at the reset vector.
 * </ul>
 *
 * <p>What the monitor adds for the guest lies between 0x10000 and 0x40000: see {@link
 * jvisor.machine.boot.BootArea}. Nothing is randomized: KASLR needs the kernel's own decompressor.
 *
 * <p>Files are a person's, not the guest's; whatever they contain ends in a running guest or in one
 * {@link jvisor.machine.BootException}, whose line names the file and the way out.
 */
@NullMarked
package jvisor.machine.boot;

import org.jspecify.annotations.NullMarked;
