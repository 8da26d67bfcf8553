package jvisor.app.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.Test;

class InitramfsTest {
  private static final byte[] BUSYBOX =
      "\u007fELF junk\0[\0[[\0ash\0busybox\0cat\0zcat\0\0more".getBytes(StandardCharsets.UTF_8);

  private record Packed(CpioArchiveEntry entry, String content) {}

  @Test
  void theAppletsAreReadFromTheProgram() throws IOException {
    assertThat(BusyboxApplets.in(BUSYBOX))
        .containsExactly("[", "[[", "ash", "busybox", "cat", "zcat");
  }

  @Test
  void aProgramWithoutAppletsOrWithACutListIsRefusedOrReadToItsEnd() throws IOException {
    assertThatThrownBy(() -> BusyboxApplets.in(new byte[100])).isInstanceOf(IOException.class);
    assertThat(BusyboxApplets.in("\0[\0[[\0as".getBytes(StandardCharsets.US_ASCII)))
        .containsExactly("[", "[[");
  }

  @Test
  void theImageHoldsWhatTheKernelAndTheShellNeed() throws IOException {
    Map<String, Packed> files = unpack(pack());
    assertThat(files)
        .containsKeys("bin", "proc", "sys", "dev", "tmp", "root", "etc/profile", "bin/resize");
    assertThat(files.get("init").content()).startsWith("#!/bin/sh\n");
    assertThat(files.get("init").entry().getMode()).isEqualTo(0100755);
    assertThat(files.get("tmp").entry().getMode()).isEqualTo(041777);
    assertThat(files.get("bin/busybox").content().getBytes(StandardCharsets.UTF_8))
        .isEqualTo(BUSYBOX);
    assertThat(files.get("bin/cat").entry().isSymbolicLink()).isTrue();
    assertThat(files.get("bin/cat").content()).isEqualTo("busybox");
    assertThat(files.get("sbin").content()).isEqualTo("bin");
    CpioArchiveEntry console = files.get("dev/console").entry();
    assertThat(console.isCharacterDevice()).isTrue();
    assertThat(console.getRemoteDeviceMaj() + ":" + console.getRemoteDeviceMin()).isEqualTo("5:1");
    assertThat(files.values()).allMatch(f -> f.entry().getUID() == 0 && f.entry().getGID() == 0);
  }

  @Test
  void twoImagesOfTheSamePartsAreTheSame() throws IOException {
    assertThat(pack()).isEqualTo(pack());
  }

  private static byte[] pack() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MiniRecipe.pack(BUSYBOX, out);
    return out.toByteArray();
  }

  private static Map<String, Packed> unpack(byte[] archive) throws IOException {
    Map<String, Packed> files = new LinkedHashMap<>();
    try (CpioArchiveInputStream in =
        new CpioArchiveInputStream(new ByteArrayInputStream(archive))) {
      for (CpioArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        files.put(
            entry.getName(),
            new Packed(entry, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
      }
    }
    return files;
  }
}
