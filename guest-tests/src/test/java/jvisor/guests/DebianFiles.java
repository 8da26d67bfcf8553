package jvisor.guests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import jvisor.app.image.Apt;
import jvisor.app.image.DebPackage;
import jvisor.app.image.Image;
import jvisor.app.image.ImageStore;
import jvisor.app.image.MiniRecipe;
import jvisor.app.user.Folders;
import jvisor.app.user.Notes;
import jvisor.app.user.UserError;
import org.junit.jupiter.api.Assumptions;

/**
 * Files of Debian packages, from the APT repository that the host is configured with. Each is
 * fetched once and kept under the XDG cache folder, beside the images that the program keeps there.
 */
public final class DebianFiles {
  private static final String TEXT_INSTALLER =
      "usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64/";

  private DebianFiles() {}

  /** The image that {@code jvisor run} boots by default. */
  public static Image mini() {
    return orSkip(() -> new ImageStore(folders(), notes(), false).mini());
  }

  /** The kernel for all PCs. */
  static Path genericKernel() {
    return file("amd64", "linux-image-amd64", "boot/vmlinuz-");
  }

  /** The kernel for 32-bit PCs without PAE. */
  static Path i386Kernel() {
    return file("i386", "linux-image-686", "boot/vmlinuz-");
  }

  /** The image mini's file system with 32-bit programs. */
  static Path i386Initrd() {
    Path busybox = file("i386", "busybox-static", "bin/busybox");
    Path initrd = busybox.resolveSibling("initrd");
    return orSkip(() -> {
      if (!Files.exists(initrd)) {
        Path half = Files.createTempFile(initrd.getParent(), "initrd", "");
        try (OutputStream out = Files.newOutputStream(half)) {
          MiniRecipe.pack(Files.readAllBytes(busybox), out);
        }
        Files.move(half, initrd, StandardCopyOption.ATOMIC_MOVE);
      }
      return initrd;
    });
  }

  /** The memory tester, for 64 or 32 bits: {@code x64} or {@code ia32}. */
  static Path memtest(String kind) {
    return file("amd64", "memtest86+", "boot/memtest86+" + kind + ".bin");
  }

  /** SeaBIOS for machines like ours. */
  static Path seabios() {
    return file("amd64", "seabios", "usr/share/seabios/bios-256k.bin");
  }

  /** The installer's kernel. */
  static Path installerKernel() {
    return file("amd64", "debian-installer-12-netboot-amd64", TEXT_INSTALLER + "linux");
  }

  /** The installer's initial file system. */
  static Path installerInitrd() {
    return file("amd64", "debian-installer-12-netboot-amd64", TEXT_INSTALLER + "initrd.gz");
  }

  /** Fetches what can fail, or skips the test with the reason. */
  private interface Source<T> {
    T get() throws UserError, IOException;
  }

  private static <T> T orSkip(Source<T> source) {
    try {
      return source.get();
    } catch (UserError | IOException e) {
      return Assumptions.abort("no guest to boot: " + e.getMessage());
    }
  }

  private static Path file(String architecture, String name, String path) {
    Path folder = folders().cache().resolve("test-guests").resolve(architecture + "-" + name);
    Path kept = folder.resolve(path.substring(path.lastIndexOf('/') + 1) + "file");
    return orSkip(() -> Files.exists(kept) ? kept : fetch(architecture, name, path, kept));
  }

  private static Path fetch(String architecture, String name, String path, Path kept)
      throws UserError, IOException {
    Files.createDirectories(kept.getParent());
    Path work = Files.createTempDirectory(kept.getParent(), "new-");
    try {
      Apt apt = new Apt(work, architecture, notes(), false);
      apt.update();
      Path deb = apt.download(apt.resolve(name), name);
      Path half = work.resolve("file");
      Files.write(half, DebPackage.read(deb, path));
      return Files.move(half, kept, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      try (Stream<Path> files = Files.walk(work)) {
        List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        for (Path file : deepestFirst) {
          Files.delete(file);
        }
      }
    }
  }

  private static Folders folders() {
    return Folders.of(System.getenv());
  }

  private static Notes notes() {
    return new Notes(
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false, false);
  }
}
