package jvisor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code image} and the default image of {@code run}, with an APT that only pretends. */
class ImageCommandTest {
  private static final String APT_CACHE =
      """
      #!/bin/sh
      echo "cache $*" >>"$HOME/calls"
      for name; do :; done
      [ -d "$HOME/repository" ] || { echo "N: Unable to locate package $name"; exit 100; }
      case $name in
        linux-image-cloud-amd64)
          printf 'Package: x\\nVersion: 6.1\\nDepends: linux-image-6.1.0-9-cloud-amd64 (= 6.1)\\n' ;;
        linux-image-6.1.0-9-cloud-amd64)
          printf 'Package: x\\nVersion: 6.1\\nDepends: kmod, linux-base\\n' ;;
        busybox-static) printf 'Package: x\\nVersion: 1:1.35+b1\\n' ;;
      esac
      """;

  private static final String APT_GET =
      """
      #!/bin/sh
      echo "get $*" >>"$HOME/calls"
      for name; do :; done
      if [ "$name" = update ]; then
        [ -d "$HOME/repository" ] || { echo 'E: Temporary failure resolving deb.example'; exit 100; }
        exit 0
      fi
      echo 'dlstatus:1:50.0:Retrieving file 1 of 1'
      cp "$HOME/repository/${name%%=*}"_* .
      """;

  @TempDir Path home;
  private Path bin;

  @BeforeEach
  void makeAnApt() throws IOException {
    bin = Files.createDirectories(home.resolve("bin"));
    for (String[] program : new String[][] {{"apt-get", APT_GET}, {"apt-cache", APT_CACHE}}) {
      Path file = Files.writeString(bin.resolve(program[0]), program[1]);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Path repository = Files.createDirectories(home.resolve("repository"));
    deb(
        repository.resolve("linux-image-6.1.0-9-cloud-amd64_6.1_amd64.deb"),
        "./boot/vmlinuz-6.1.0-9-cloud-amd64",
        "kernel");
    deb(
        repository.resolve("busybox-static_1%3a1.35+b1_amd64.deb"),
        "./bin/busybox",
        "\0[\0[[\0sh\0\0");
  }

  @Test
  void anImageIsMadeListedUsedAndRemoved() throws IOException {
    assertThat(image("list").out()).startsWith("mini").contains("not made yet");
    Program.Result built = image("build");
    assertThat(built.err()).isEmpty();
    Path folder = home.resolve(".cache/jvisor/images/mini");
    assertThat(built.out()).isEqualTo(folder + "\n");
    assertThat(folder.resolve("vmlinuz")).hasContent("kernel");
    assertThat(image("list").out())
        .contains("mini", "linux-image-6.1.0-9-cloud-amd64", folder.toString());
    assertThat(image("list", "--json").out())
        .contains("\"built\" : true", "\"current\" : true", "\"busybox-static 1:1.35+b1\"");
    String config = run("--append", "config").out();
    assertThat(config)
        .contains(
            "file=" + folder.resolve("vmlinuz") + ", initrd=" + folder.resolve("initrd"),
            "append=console=ttyS0 quiet config");
    assertThat(run("-v", "--append", "config").out()).contains("append=console=ttyS0 config");
    assertThat(image("rm", "mini").status()).isZero();
    assertThat(image("rm", "mini").status()).isEqualTo(2);
  }

  @Test
  void runMakesTheImageItselfAndOnlyOnce() throws IOException {
    assertThat(run("--append", "say=up").out()).isEqualTo("up\r\n");
    String calls = Files.readString(home.resolve("calls"));
    assertThat(calls)
        .contains("get -o Dir::State::lists=" + home.resolve(".cache/jvisor/images"))
        .contains(" download linux-image-6.1.0-9-cloud-amd64=6.1\n");
    assertThat(run("--append", "say=up").out()).isEqualTo("up\r\n");
    assertThat(home.resolve("calls")).hasContent(calls);
  }

  @Test
  void withoutANetworkOneLineTellsWhyAndTheWayOut() throws IOException {
    Files.move(home.resolve("repository"), home.resolve("elsewhere"));
    Program.Result result = run();
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            "jvisor: APT offers no linux-image-cloud-amd64 (Temporary failure resolving"
                + " deb.example); a kernel of your own runs with: jvisor run --kernel vmlinuz"
                + " --initrd initrd.img --append console=ttyS0\n");
  }

  @Test
  void aPackageThatCannotBeDownloadedIsNamed() throws IOException {
    Files.delete(home.resolve("repository/busybox-static_1%3a1.35+b1_amd64.deb"));
    Program.Result result = run();
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("jvisor: APT cannot download busybox-static")
        .hasLineCount(1);
  }

  @Test
  void aDamagedPackageIsNamed() throws IOException {
    Files.writeString(
        home.resolve("repository/linux-image-6.1.0-9-cloud-amd64_6.1_amd64.deb"), "!<arch>\n");
    Program.Result result = run();
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("jvisor: cannot unpack linux-image-6.1.0-9-cloud-amd64_6.1_amd64.deb")
        .hasLineCount(1);
  }

  private Program.Result image(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "image";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Program.in(home, all).path(bin).run();
  }

  private Program.Result run(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "run";
    all[1] = "--engine";
    all[2] = "interpreter";
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return Program.in(home, all).path(bin).run();
  }

  private static void deb(Path deb, String path, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    Path data = Files.createTempFile("data", ".tar");
    try (OutputStream out = Files.newOutputStream(data);
        TarArchiveOutputStream files = new TarArchiveOutputStream(out)) {
      TarArchiveEntry entry = new TarArchiveEntry(path);
      entry.setSize(bytes.length);
      files.putArchiveEntry(entry);
      files.write(bytes);
      files.closeArchiveEntry();
    }
    try (ArArchiveOutputStream members = new ArArchiveOutputStream(Files.newOutputStream(deb))) {
      members.putArchiveEntry(new ArArchiveEntry("data.tar", Files.size(data)));
      Files.copy(data, members);
      members.closeArchiveEntry();
    }
    Files.delete(data);
  }
}
