/**
 * Guest images that we make ourselves. The one there is, {@code mini}, is Debian's cloud kernel and
 * an initial file system of busybox and an init of ours; its parts come from the APT repository
 * that the host is configured with, as a plain user, through private list and cache folders.
 *
 * <p>Formats: {@code .deb} (deb(5): ar holding a compressed tar) is read and cpio {@code newc} (the
 * kernel's Documentation/driver-api/early-userspace/buffer-format.rst) is written in Java. Called
 * by the run and image commands. The kernel's modules are not packed: nothing needs them yet.
 */
@NullMarked
package jvisor.app.image;

import org.jspecify.annotations.NullMarked;
