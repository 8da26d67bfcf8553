package jvisor.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import jvisor.machine.Boot;
import jvisor.machine.BootException;
import jvisor.machine.boot.Images.BzImage;
import jvisor.machine.boot.Images.Elf;
import jvisor.machine.boot.payload.Format;
import org.junit.jupiter.api.Test;

class BootImageTest extends BootTest {
  private static BootImage firmware(Path file) throws BootException {
    return BootImage.open(new Boot.Firmware(file));
  }

  @Test
  void missingEmptyAndSpecialFilesAreToldApart() throws Exception {
    Path missing = directory.resolve("missing");
    assertThat(lineOf(missing, () -> open(missing, null, null))).isEqualTo("no such file");
    assertThat(lineOf(directory, () -> open(directory, null, null))).isEqualTo("is a directory");
    Path empty = file("empty", new byte[0]);
    assertThat(lineOf(empty, () -> open(empty, null, null))).isEqualTo("is empty");
    Path device = Path.of("/dev/null");
    assertThat(lineOf(device, () -> open(device, null, null))).isEqualTo("is no regular file");
  }

  @Test
  void aMissingInitialFileSystemIsToldBeforeTheMachineStarts() throws Exception {
    Path kernel = file("vmlinuz", new BzImage().build());
    Path missing = directory.resolve("initrd");
    assertThat(lineOf(missing, () -> open(kernel, missing, null))).isEqualTo("no such file");
  }

  @Test
  void anInitialFileSystemThatVanishesIsToldWhenTheMachineStartsAgain() throws Exception {
    Path initrd = file("initrd", new byte[100]);
    KernelImage image = open(file("vmlinuz", new BzImage().build()), initrd, null);
    image.load(target(64));
    Files.delete(initrd);
    assertThat(lineOf(initrd, () -> image.load(target(64)))).isEqualTo("no such file");
  }

  @Test
  void foreignFilesAreRefused() throws Exception {
    Path text =
        file("text", "#!/bin/sh\necho hello\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(lineOf(text, () -> open(text, null, null)))
        .startsWith("not a kernel that this machine can start");
    Path noise = file("noise", Images.noise(100_000));
    assertThat(lineOf(noise, () -> open(noise, null, null)))
        .startsWith("not a kernel that this machine can start");
    Path arm = file("arm", new Elf(true, 183, 0).load(0, 0x10_0000, new byte[16], 16).build());
    assertThat(lineOf(arm, () -> open(arm, null, null)))
        .isEqualTo("an ELF file for another processor; this machine is an x86-64");
    Path program = file("ls", new Elf(true, 62, 0).load(0, 0x10_0000, new byte[16], 16).build());
    assertThat(lineOf(program, () -> open(program, null, null)))
        .startsWith("an ELF file without a PVH note or a multiboot header");
    Path object = file("main.o", new Elf(true, 62, 0).build());
    assertThat(lineOf(object, () -> open(object, null, null))).contains("nothing to load");
  }

  @Test
  void elfFilesThatAreCutShortAreRefused() throws Exception {
    byte[] whole = new Elf(true, 62, 0).load(0, 0x10_0000, Images.noise(5000), 5000).build();
    for (int length : new int[] {60, 70, 100, 5000, whole.length - 8}) {
      Path file = file("cut", Arrays.copyOf(whole, length));
      assertThat(lineOf(file, () -> open(file, null, null)))
          .isEqualTo("an ELF file that is cut short; get the file again");
    }
  }

  @Test
  void randomChangesOfElfFilesEndInAnEntryOrALine() throws Exception {
    byte[] entry = new byte[4];
    Images.buffer(entry).putInt(0x100_0000);
    BootTarget target = target(64);
    SplittableRandom random = new SplittableRandom(3);
    int loaded = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] file =
          new Elf(i % 2 == 0, i % 2 == 0 ? 62 : 3, 0x100_0000)
              .load(0, 0x100_0000, new byte[64], 4096)
              .note("Xen", 18, entry)
              .build();
      for (int n = random.nextInt(1, 5); n > 0; n--) {
        int at = random.nextInt(4) == 0 ? random.nextInt(0x1000, file.length) : random.nextInt(180);
        file[at] = (byte) random.nextInt();
      }
      Path path = file("random", file);
      try {
        open(path, null, null).load(target);
        loaded++;
      } catch (BootException e) {
        assertThat(e.getMessage()).startsWith(path + ": ");
      }
    }
    assertThat(loaded).isBetween(1, 999);
  }

  @Test
  void firmwareStartsAtTheResetVector() throws Exception {
    byte[] rom = Images.noise(128 << 10);
    BootImage image = firmware(file("bios.bin", rom));
    assertThat(image).isInstanceOf(FirmwareImage.class);
    assertThat(((FirmwareImage) image).content()).isEqualTo(rom);
    assertThat(((FirmwareImage) image).entry().mode()).isEqualTo(EntryState.Mode.RESET);
  }

  @Test
  void firmwareOfAnImpossibleSizeIsRefused() throws Exception {
    for (int size : new int[] {100, 5000, (8 << 20) + 4096}) {
      Path file = file("bios.bin", new byte[size]);
      assertThat(lineOf(file, () -> firmware(file))).startsWith("not a firmware image");
    }
    Path missing = directory.resolve("missing");
    assertThat(lineOf(missing, () -> firmware(missing))).isEqualTo("no such file");
  }

  @Test
  void aBzImageIsRecognizedWhateverElseItIs() throws Exception {
    byte[] image = BzImage.of(Format.ELF, new byte[100]).build();
    image[0] = 'M';
    image[1] = 'Z';
    assertThat(open(file("vmlinuz", image), null, null)).isInstanceOf(LinuxImage.class);
  }
}
