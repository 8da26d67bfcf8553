package jvisor.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import jvisor.devices.fwcfg.E820Entry;
import jvisor.machine.BootException;
import jvisor.machine.boot.EntryState.Mode;
import jvisor.machine.boot.Images.BzImage;
import jvisor.machine.boot.Images.Elf;
import jvisor.machine.boot.payload.Format;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinuxImageTest extends BootTest {
  private static final long ZERO_PAGE = 0x1_0000;
  private static final long VIRTUAL = 0xffff_ffff_8100_0000L;

  private final byte[] text = Images.noise(0x5000);
  private final byte[] data = Images.noise(0x1234);

  private byte[] kernel() {
    return new Elf(true, 62, 0x100_0000)
        .load(VIRTUAL, 0x100_0000, text, text.length)
        .load(0, 0x120_0000, data, 0x8000)
        .build();
  }

  private Path bzImage(Format format) throws IOException {
    return file("vmlinuz", BzImage.of(format, kernel()).build());
  }

  private static long read(BootTarget target, int offset, int size) {
    return target.memory().read(ZERO_PAGE + offset, size);
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void entersAnUnpackedKernelInLongModeAndOthersInProtectedMode(Format format) throws Exception {
    BootTarget target = target(64);
    BzImage image = BzImage.of(format, kernel());
    if (format == Format.UNKNOWN) {
      image.payload[0] = (byte) 0x89;
    }
    EntryState state = open(file("vmlinuz", image.build()), null, null).load(target);
    assertThat(state.rip()).isEqualTo(0x100_0000);
    assertThat(state.rsi()).isEqualTo(ZERO_PAGE);
    assertThat(state.rbx()).isZero();
    if (format == Format.UNKNOWN) {
      assertThat(state.mode()).isEqualTo(Mode.PROTECTED);
      byte[] code = image.code();
      assertThat(bytes(target, 0x100_0000, code.length)).isEqualTo(code);
    } else {
      assertThat(state.mode()).isEqualTo(Mode.LONG);
      assertThat(bytes(target, 0x100_0000, text.length)).isEqualTo(text);
      assertThat(bytes(target, 0x120_0000, data.length)).isEqualTo(data);
    }
  }

  private BzImage small(int payloadMachine) throws IOException {
    byte[] kernel =
        new Elf(false, payloadMachine, 0x100_0000)
            .load(0xc100_0000L, 0x100_0000, text, text.length)
            .build();
    BzImage image = BzImage.of(Format.XZ, kernel);
    image.xloadflags = 0;
    return image;
  }

  @Test
  void a32BitKernelIsUnpackedAndEnteredInProtectedMode() throws Exception {
    BootTarget target = target(64);
    EntryState state = open(file("vmlinuz", small(3).build()), null, null).load(target);
    assertThat(state.mode()).isEqualTo(Mode.PROTECTED);
    assertThat(state.rip()).isEqualTo(0x100_0000);
    assertThat(state.rsi()).isEqualTo(ZERO_PAGE);
    assertThat(bytes(target, 0x100_0000, text.length)).isEqualTo(text);
  }

  @Test
  void a32BitKernelWithoutRoomWhereItIsLinkedUnpacksItself() throws Exception {
    BootTarget target = target(12);
    BzImage image = small(3);
    EntryState state = open(file("vmlinuz", image.build()), null, null).load(target);
    byte[] code = image.code();
    assertThat(bytes(target, state.rip(), code.length)).isEqualTo(code);
  }

  @Test
  void whatTheFileLacksOfASegmentIsCleared() throws Exception {
    BootTarget target = target(64);
    target.memory().write(0x120_0000 + data.length, 8, -1);
    target.memory().write(0x120_7ff8, 8, -1);
    target.memory().write(0x120_8000, 8, -1);
    open(bzImage(Format.ELF), null, null).load(target);
    assertThat(bytes(target, 0x120_0000 + data.length, 0x8000 - data.length)).containsOnly(0);
    assertThat(target.memory().read(0x120_8000, 8)).isEqualTo(-1);
  }

  @Test
  void thePageTablesMapFourGibibytesToThemselves() throws Exception {
    BootTarget target = target(64);
    EntryState state = open(bzImage(Format.ELF), null, null).load(target);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1000; i++) {
      long gpa = i == 0 ? (1L << 32) - 1 : random.nextLong(1L << 32);
      long entry = state.cr3();
      for (int shift = 39; shift >= 21; shift -= 9) {
        entry = target.memory().read((entry & -4096L) + 8 * (gpa >>> shift & 511), 8);
        assertThat(entry & 3).isEqualTo(3);
      }
      assertThat(entry & 0xfff).isEqualTo(0x83);
      assertThat(entry & -(1L << 21)).isEqualTo(gpa & -(1L << 21));
    }
    assertThat(target.memory().read(state.cr3() + 8, 8)).isZero();
  }

  @Test
  void theDescriptorTableHasTheSelectorsOfTheProtocol() throws Exception {
    BootTarget target = target(64);
    EntryState state = open(bzImage(Format.ELF), null, null).load(target);
    assertThat(state.gdtLimit()).isEqualTo(5 * 8 - 1);
    assertThat(target.memory().read(state.gdtBase() + 0x10, 8)).isEqualTo(0x00af_9b00_0000_ffffL);
    assertThat(target.memory().read(state.gdtBase() + 0x18, 8)).isEqualTo(0x00cf_9300_0000_ffffL);
    BzImage old = new BzImage();
    old.xloadflags = 0;
    BootTarget other = target(64);
    EntryState flat = open(file("old", old.build()), null, null).load(other);
    assertThat(other.memory().read(flat.gdtBase() + 0x10, 8)).isEqualTo(0x00cf_9b00_0000_ffffL);
    assertThat(flat.cr3()).isZero();
  }

  @Test
  void theZeroPageHoldsHeaderMemoryMapCommandLineAndRsdp() throws Exception {
    BootTarget target = target(64);
    byte[] image = BzImage.of(Format.ELF, kernel()).build();
    open(file("vmlinuz", image), null, "console=ttyS0 quiet").load(target);
    assertThat(bytes(target, ZERO_PAGE + 0x22c, 0x40))
        .isEqualTo(Arrays.copyOfRange(image, 0x22c, 0x26c));
    assertThat(read(target, 0x26c, 4)).as("behind the header").isZero();
    assertThat(read(target, 0x1fe, 2)).isEqualTo(0xaa55);
    assertThat(read(target, 0x202, 4)).isEqualTo(0x53726448);
    assertThat(read(target, 0x210, 1)).as("type of loader").isEqualTo(0xff);
    assertThat(read(target, 0x1fa, 2)).as("video mode").isEqualTo(0xffff);
    assertThat(read(target, 0x1ef, 1)).as("sentinel").isZero();
    assertThat(read(target, 0x70, 8)).isEqualTo(RSDP);
    assertThat(read(target, 0x1e8, 1)).isEqualTo(4);
    assertThat(bytes(target, ZERO_PAGE + 0x2d0, 80))
        .isEqualTo(E820Entry.encode(target.memoryMap()));
    assertThat(read(target, 0x218, 8)).as("no initial file system").isZero();
    assertThat(text(target, read(target, 0x228, 4))).isEqualTo("console=ttyS0 quiet");
  }

  @Test
  void theConsoleIsTheSerialPortUnlessToldOtherwise() throws Exception {
    BootTarget target = target(64);
    open(bzImage(Format.ELF), null, null).load(target);
    assertThat(text(target, read(target, 0x228, 4))).isEqualTo("console=ttyS0");
    open(bzImage(Format.ELF), null, "").load(target);
    assertThat(text(target, read(target, 0x228, 4))).isEmpty();
  }

  @Test
  void theInitialFileSystemLiesAsHighAsRamGoes() throws Exception {
    BootTarget target = target(64);
    byte[] content = Images.noise(3_000_001);
    Path initrd = file("initrd", content);
    open(bzImage(Format.ELF), initrd, null).load(target);
    long start = read(target, 0x218, 4);
    assertThat(start % 4096).isZero();
    assertThat(start).isEqualTo(64 * MIB - 0x1_0000 - 3_000_001 & -4096);
    assertThat(read(target, 0x21c, 4)).isEqualTo(content.length);
    assertThat(bytes(target, start, content.length)).isEqualTo(content);
  }

  @Test
  void theInitialFileSystemLiesBelowTheKernelsLimit() throws Exception {
    BootTarget target = target(128);
    BzImage image = BzImage.of(Format.ELF, kernel());
    image.initrdMax = 0x37f_ffff;
    open(file("vmlinuz", image.build()), file("initrd", new byte[10_000]), null).load(target);
    assertThat(read(target, 0x218, 4)).isEqualTo(0x380_0000 - 10_000 & -4096);
  }

  @Test
  void theInitialFileSystemLiesBelowTheKernelIfItMust() throws Exception {
    BootTarget target = target(21);
    Path initrd = file("initrd", Images.noise((int) (10 * MIB)));
    EntryState state = open(bzImage(Format.ELF), initrd, null).load(target);
    long start = read(target, 0x218, 4);
    assertThat(start).isEqualTo(6 * MIB);
    assertThat(state.rip()).isEqualTo(16 * MIB);
    assertThat(bytes(target, 16 * MIB, 16)).isEqualTo(Arrays.copyOf(text, 16));
  }

  @Test
  void aKernelWithoutPayloadIsEnteredByThe32BitProtocol() throws Exception {
    BootTarget target = target(32);
    BzImage image = new BzImage();
    image.version = 0x20c;
    image.relocatable = 0;
    image.preferred = 0x10_0000;
    EntryState state = open(file("memtest", image.build()), null, null).load(target);
    assertThat(state.mode()).isEqualTo(Mode.PROTECTED);
    assertThat(state.rip()).isEqualTo(0x10_0000);
    assertThat(state.rsi()).isEqualTo(ZERO_PAGE);
    assertThat(read(target, 0x214, 4)).isEqualTo(0x10_0000);
    assertThat(bytes(target, 0x10_0000, 0x100)).isEqualTo(image.head);
  }

  @Test
  void aRelocatableKernelMovesDownIfItsPreferredAddressHasNoRoom() throws Exception {
    BootTarget target = target(16);
    BzImage image = new BzImage();
    image.xloadflags = 0;
    image.alignment = 0x40_0000;
    EntryState state = open(file("vmlinuz", image.build()), null, null).load(target);
    assertThat(state.rip()).isEqualTo(0x40_0000);
    assertThat(bytes(target, 0x40_0000, 0x100)).isEqualTo(image.head);
  }

  @Test
  void oldProtocolsAreReadByTheirOwnRules() throws Exception {
    BzImage image = new BzImage();
    image.version = 0x202;
    Path file = file("vmlinuz", image.build());
    BootTarget target = target(1024);
    EntryState state = open(file, file("initrd", new byte[4096]), null).load(target);
    assertThat(state.rip()).isEqualTo(0x10_0000);
    assertThat(read(target, 0x218, 4)).as("initrd_addr_max").isEqualTo(0x37ff_f000);
    assertThat(lineOf(file, () -> open(file, null, "x".repeat(256)))).contains("at most 255 bytes");
  }

  @Test
  void loadingAgainGivesTheSame() throws Exception {
    BootTarget target = target(64);
    KernelImage image = open(bzImage(Format.XZ), file("initrd", Images.noise(100_000)), "a b");
    EntryState first = image.load(target);
    byte[] low = bytes(target, 0, 0x10_0000);
    byte[] kernel = bytes(target, 0x100_0000, 0x30_0000);
    EntryState second = image.load(target);
    assertThat(second).isEqualTo(first);
    assertThat(bytes(target, 0, 0x10_0000)).isEqualTo(low);
    assertThat(bytes(target, 0x100_0000, 0x30_0000)).isEqualTo(kernel);
  }

  @Test
  void aCommandLineThatIsTooLongIsRefused() throws Exception {
    Path file = bzImage(Format.ELF);
    open(file, null, "x".repeat(2047));
    assertThat(lineOf(file, () -> open(file, null, "x".repeat(2048))))
        .isEqualTo("takes a command line of at most 2047 bytes; --append has 2048");
  }

  @Test
  void tooLittleMemoryForTheKernelIsToldWithTheWayOut() throws Exception {
    Path file = bzImage(Format.GZIP);
    assertThat(lineOf(file, () -> open(file, null, null).load(target(18))))
        .isEqualTo("needs more memory; give the machine at least --memory 64M");
  }

  @Test
  void tooLittleMemoryForTheInitialFileSystemIsToldWithTheWayOut() throws Exception {
    Path file = bzImage(Format.ELF);
    Path initrd = file("initrd", new byte[(int) (60 * MIB)]);
    assertThat(lineOf(initrd, () -> open(file, initrd, null).load(target(64))))
        .isEqualTo(
            "its 60 MiB do not fit into memory beside the kernel; give the machine at least"
                + " --memory 128M");
  }

  @Test
  void damagedAndTruncatedKernelsAreRefused() throws Exception {
    byte[] image = BzImage.of(Format.XZ, kernel()).build();
    Path cut = file("cut", Arrays.copyOf(image, image.length - 2000));
    assertThat(lineOf(cut, () -> open(cut, null, null)))
        .isEqualTo("a Linux kernel that is cut short; get the file again");
    image[Images.CODE_OFFSET + 0x100 + 40] ^= 0x10;
    Path damaged = file("damaged", image);
    assertThat(lineOf(damaged, () -> open(damaged, null, null).load(target(64))))
        .startsWith("a damaged Linux kernel: ");
    Path foreign = file("foreign", BzImage.of(Format.XZ, new byte[10_000]).build());
    assertThat(lineOf(foreign, () -> open(foreign, null, null).load(target(64))))
        .isEqualTo("a Linux kernel whose payload is not an ELF file for x86-64");
    BzImage old = new BzImage();
    old.loadflags = 0;
    Path small = file("zImage", old.build());
    assertThat(lineOf(small, () -> open(small, null, null))).contains("too old");
  }

  @Test
  void randomHeadersEndInAnEntryOrALine() throws Exception {
    byte[] image = BzImage.of(Format.ELF, kernel()).build();
    SplittableRandom random = new SplittableRandom(7);
    BootTarget target = target(64);
    int loaded = 0;
    for (int i = 0; i < 500; i++) {
      byte[] changed = image.clone();
      for (int n = random.nextInt(1, 5); n > 0; n--) {
        changed[random.nextInt(0x1f1, 0x270)] = (byte) random.nextInt();
      }
      Path file = file("random", changed);
      try {
        open(file, null, null).load(target);
        loaded++;
      } catch (BootException e) {
        assertThat(e.getMessage()).startsWith(file + ": ");
      }
    }
    assertThat(loaded).isBetween(1, 499);
  }
}
