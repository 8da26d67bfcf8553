package jvisor.machine.boot;

import java.nio.file.Path;
import java.util.Optional;
import jvisor.machine.Boot;
import jvisor.machine.BootException;
import org.jspecify.annotations.Nullable;

/** A kernel that the monitor places in guest memory itself. */
public sealed interface KernelImage extends BootImage permits LinuxImage, MultibootImage, PvhImage {
  /**
   * Places the kernel, what comes with it and what its protocol asks for in guest memory. Called at
   * every start of the machine; the memory is zero but for what other parts of the machine have put
   * there.
   *
   * @throws BootException if something does not fit or a file has changed for the worse
   */
  EntryState load(BootTarget target) throws BootException;

  /** Reads a kernel and finds out which protocol it follows. */
  static KernelImage open(Boot.Kernel boot) throws BootException {
    HostFile file = HostFile.of(boot.file());
    byte[] content = file.readAll();
    @Nullable Path module = boot.initrd();
    HostFile initrd = module == null ? null : HostFile.of(module);
    if (initrd != null) {
      initrd.size();
    }
    Optional<ElfFile> elf = ElfFile.parse(file, content);
    if (elf.isPresent()) {
      return openElf(boot, file, elf.get(), content, initrd);
    }
    if (SetupHeader.isThere(content)) {
      SetupHeader header = SetupHeader.parse(file, content);
      return new LinuxImage(file, content, header, initrd, orConsole(boot.append()));
    }
    Optional<MultibootHeader> multiboot = MultibootHeader.find(file, content);
    if (multiboot.isPresent()) {
      return new MultibootImage(
          file, content, multiboot.get(), null, initrd, orNothing(boot.append()));
    }
    throw file.error(
        "not a kernel that this machine can start; it takes a Linux bzImage, an ELF file with a PVH"
            + " note, and multiboot");
  }

  private static KernelImage openElf(
      Boot.Kernel boot, HostFile file, ElfFile elf, byte[] content, @Nullable HostFile initrd)
      throws BootException {
    Optional<PvhNotes> notes = PvhNotes.find(elf);
    if (notes.isPresent()) {
      String append = boot.append();
      String line = notes.get().isLinux() ? orConsole(append) : orNothing(append);
      return new PvhImage(file, elf, notes.get().entry(), initrd, line);
    }
    Optional<MultibootHeader> multiboot = MultibootHeader.find(file, content);
    if (multiboot.isPresent()) {
      return new MultibootImage(
          file, content, multiboot.get(), elf, initrd, orNothing(boot.append()));
    }
    throw file.error(
        "an ELF file without a PVH note or a multiboot header; for Linux, give the bzImage"
            + " (vmlinuz) instead");
  }

  private static String orConsole(@Nullable String append) {
    return append == null ? "console=ttyS0" : append;
  }

  private static String orNothing(@Nullable String append) {
    return append == null ? "" : append;
  }
}
