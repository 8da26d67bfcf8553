package jvisor.machine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the machine starts with. */
public sealed interface Boot {
  /**
   * A kernel that the monitor loads itself; its format (bzImage, ELF with a PVH note, multiboot) is
   * found by looking at it.
   *
   * @param file the kernel
   * @param initrd the initial file system or the multiboot module, or null for none
   * @param append the kernel's command line; null stands for the protocol's own default, which is
   *     {@code console=ttyS0} for Linux and nothing for the others
   */
  record Kernel(Path file, @Nullable Path initrd, @Nullable String append) implements Boot {}

  /** A firmware image at the top of 4 GiB, started at the reset vector. */
  record Firmware(Path file) implements Boot {}
}
