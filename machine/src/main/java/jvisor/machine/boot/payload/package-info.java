/**
 * Unpacks what a Linux bzImage carries: the kernel proper, compressed by one of the kernel's build
 * choices.
 *
 * <p>After Linux's {@code Documentation/arch/x86/boot.rst} (payload_offset, payload_length): the
 * format is told by its magic number; the last four bytes are the unpacked size (appended by the
 * kernel's build, or gzip's own ISIZE). gzip (RFC 1952), xz, lzma, bzip2, zstd (RFC 8878) and the
 * legacy frame of lz4 are understood; lzo is not. Called by {@code jvisor.machine.boot}.
 *
 * <p>The file is a person's, not the guest's, but may be damaged: every size is checked, and
 * nothing larger than {@link jvisor.machine.boot.payload.Payload#LARGEST} is allocated.
 */
@NullMarked
package jvisor.machine.boot.payload;

import org.jspecify.annotations.NullMarked;
