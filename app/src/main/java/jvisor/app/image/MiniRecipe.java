package jvisor.app.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import jvisor.app.user.Notes;
import jvisor.app.user.Progress;
import jvisor.app.user.UserError;

/** How the image {@code mini} is made. */
public final class MiniRecipe implements Recipe {
  private static final String KERNEL_PACKAGE = "linux-image-cloud-amd64";
  private static final String BUSYBOX_PACKAGE = "busybox-static";

  /** Raise it when the image changes for another reason than a file of {@link #FILES}. */
  private static final int REVISION = 1;

  private static final List<GuestFile> FILES =
      List.of(
          new GuestFile("init", 0755),
          new GuestFile("etc/group", 0644),
          new GuestFile("etc/hostname", 0644),
          new GuestFile("etc/hosts", 0644),
          new GuestFile("etc/motd", 0644),
          new GuestFile("etc/passwd", 0644),
          new GuestFile("etc/profile", 0644),
          new GuestFile("bin/resize", 0755));

  private final Notes notes;
  private final boolean verbose;

  MiniRecipe(Notes notes, boolean verbose) {
    this.notes = notes;
    this.verbose = verbose;
  }

  /** A file of ours in the image; {@code path} has no leading slash. */
  private record GuestFile(String path, int mode) {
    byte[] content() throws IOException {
      try (InputStream in = MiniRecipe.class.getResourceAsStream("mini/" + path)) {
        return Objects.requireNonNull(in, path).readAllBytes();
      }
    }
  }

  @Override
  public String id() {
    CRC32 sum = new CRC32();
    sum.update(REVISION);
    try {
      for (GuestFile file : FILES) {
        sum.update(file.content());
      }
    } catch (IOException e) {
      throw new IllegalStateException("the application lacks files of its own", e);
    }
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  @Override
  public Versions make(Path work, Path target) throws UserError, IOException {
    Apt apt = new Apt(work, "amd64", notes, verbose);
    apt.update();
    Apt.Offer kernel = apt.resolve(KERNEL_PACKAGE);
    Apt.Offer busybox = apt.resolve(BUSYBOX_PACKAGE);
    Path kernelDeb = apt.download(kernel, "kernel");
    Path busyboxDeb = apt.download(busybox, "busybox");
    try (Progress progress = new Progress(notes, "packing mini")) {
      progress.alive();
      Files.write(target.resolve(Image.KERNEL), unpack(kernelDeb, "boot/vmlinuz-"));
      progress.alive();
      byte[] program = unpack(busyboxDeb, "bin/busybox", "usr/bin/busybox");
      try (OutputStream out = Files.newOutputStream(target.resolve(Image.INITRD))) {
        pack(program, out);
      }
    }
    return new Versions(kernel.toString(), busybox.toString());
  }

  private static byte[] unpack(Path deb, String... prefixes) throws UserError {
    try {
      return DebPackage.read(deb, prefixes);
    } catch (IOException e) {
      throw UserError.of("cannot unpack " + deb.getFileName(), e);
    }
  }

  /** Writes the initial file system around the given static busybox program. */
  public static void pack(byte[] busybox, OutputStream out) throws IOException {
    try (InitramfsWriter files = new InitramfsWriter(out)) {
      for (String folder : List.of("bin", "dev", "etc", "proc", "root", "run", "sys", "usr")) {
        files.folder(folder, 0755);
      }
      files.folder("tmp", 01777);
      files.link("sbin", "bin");
      files.link("usr/bin", "../bin");
      files.link("usr/sbin", "../bin");
      // The kernel opens the console for init before anything is mounted.
      files.device("dev/console", 0600, 5, 1);
      files.device("dev/null", 0666, 1, 3);
      files.file("bin/busybox", 0755, busybox);
      for (String applet : BusyboxApplets.in(busybox)) {
        if (!applet.equals("busybox")) {
          files.link("bin/" + applet, "busybox");
        }
      }
      for (GuestFile file : FILES) {
        files.file(file.path(), file.mode(), file.content());
      }
    }
  }
}
