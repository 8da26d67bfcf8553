package jvisor.app.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class DebPackageTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"data.tar", "data.tar.gz", "data.tar.xz", "data.tar.zst"})
  void aFileIsFoundUnderEveryCompression(String data) throws IOException {
    Path deb = deb(data);
    assertThat(DebPackage.read(deb, "boot/vmlinuz-")).asString().isEqualTo("kernel");
    assertThat(DebPackage.read(deb, "bin/busybox", "usr/bin/busybox")).asString().isEqualTo("box");
  }

  @Test
  void whatIsMissingOrDamagedIsNamed() throws IOException {
    Path deb = deb("data.tar.xz");
    assertThatThrownBy(() -> DebPackage.read(deb, "etc/none"))
        .isInstanceOf(IOException.class)
        .hasMessage("a.deb holds no etc/none");
    byte[] whole = Files.readAllBytes(deb);
    Path cut = folder.resolve("cut.deb");
    for (int length : new int[] {0, 4, 40, 100, whole.length / 2}) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> DebPackage.read(cut, "usr/bin/busybox"))
          .as("cut to %d bytes", length)
          .isInstanceOf(IOException.class);
    }
    Path lzma = deb("data.tar.lzma");
    assertThatThrownBy(() -> DebPackage.read(lzma, "x")).hasMessageContaining("data.tar.lzma");
  }

  private Path deb(String data) throws IOException {
    Path deb = folder.resolve("a.deb");
    try (ArArchiveOutputStream members = new ArArchiveOutputStream(Files.newOutputStream(deb))) {
      member(members, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
      member(members, "control.tar.xz", new byte[] {1, 2, 3});
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (TarArchiveOutputStream files = new TarArchiveOutputStream(pack(data, packed))) {
        file(files, "./boot/", "");
        file(files, "./boot/System.map-1", "map");
        file(files, "./boot/vmlinuz-1", "kernel");
        file(files, "./usr/bin/busybox", "box");
      }
      member(members, data, packed.toByteArray());
    }
    return deb;
  }

  private static OutputStream pack(String name, OutputStream out) throws IOException {
    return switch (name) {
      case "data.tar.gz" -> new GZIPOutputStream(out);
      case "data.tar.xz" -> new XZOutputStream(out, new LZMA2Options(1));
      case "data.tar.zst" -> new ZstdOutputStream(out);
      default -> out;
    };
  }

  private static void member(ArArchiveOutputStream out, String name, byte[] content)
      throws IOException {
    out.putArchiveEntry(new ArArchiveEntry(name, content.length));
    out.write(content);
    out.closeArchiveEntry();
  }

  private static void file(TarArchiveOutputStream out, String name, String content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    entry.setSize(bytes.length);
    out.putArchiveEntry(entry);
    out.write(bytes);
    out.closeArchiveEntry();
  }
}
