package jvisor.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import jvisor.machine.boot.EntryState.Mode;
import jvisor.machine.boot.Images.Elf;
import org.junit.jupiter.api.Test;

class PvhImageTest extends BootTest {
  private static final int GUEST_OS = 6;
  private static final int PHYS32_ENTRY = 18;

  private final byte[] code = Images.noise(0x3000);

  private static byte[] word(int value) {
    byte[] word = new byte[4];
    Images.buffer(word).putInt(value);
    return word;
  }

  private Elf kernel(boolean wide) {
    return new Elf(wide, wide ? 62 : 3, 0x100_0000)
        .note("GNU", PHYS32_ENTRY, word(0x1234))
        .note("Xen", GUEST_OS, "linux\0".getBytes(StandardCharsets.UTF_8))
        .load(0xc100_0000L, 0x100_0000, code, 0x4000);
  }

  @Test
  void entersAtTheAddressOfTheNoteWithStartInfoInEbx() throws Exception {
    for (boolean wide : new boolean[] {true, false}) {
      BootTarget target = target(64);
      Path file = file("vmlinux", kernel(wide).note("Xen", PHYS32_ENTRY, word(0x100_0123)).build());
      EntryState state = open(file, null, "quiet").load(target);
      assertThat(state.mode()).isEqualTo(Mode.PROTECTED);
      assertThat(state.rip()).isEqualTo(0x100_0123);
      assertThat(bytes(target, 0x100_0000, code.length)).isEqualTo(code);
      assertThat(target.memory().read(state.rbx(), 4)).isEqualTo(0x336e_c578);
      assertThat(target.memory().read(state.rbx() + 4, 4)).as("version").isOne();
      assertThat(target.memory().read(state.rbx() + 12, 4)).as("modules").isZero();
      assertThat(text(target, target.memory().read(state.rbx() + 24, 8))).isEqualTo("quiet");
      assertThat(target.memory().read(state.rbx() + 32, 8)).isEqualTo(RSDP);
      long map = target.memory().read(state.rbx() + 40, 8);
      assertThat(target.memory().read(state.rbx() + 48, 4)).isEqualTo(4);
      assertThat(target.memory().read(map + 48, 8)).isEqualTo(MIB);
      assertThat(target.memory().read(map + 56, 8)).isEqualTo(63 * MIB - 0x1_0000);
      assertThat(target.memory().read(map + 64, 4)).isOne();
      assertThat(target.memory().read(map + 72 + 16, 4)).as("ACPI tables").isEqualTo(3);
    }
  }

  @Test
  void theInitialFileSystemIsTheFirstModule() throws Exception {
    BootTarget target = target(64);
    byte[] content = Images.noise(50_000);
    Path file = file("vmlinux", kernel(true).note("Xen", PHYS32_ENTRY, word(0x100_0000)).build());
    EntryState state = open(file, file("initrd", content), null).load(target);
    assertThat(target.memory().read(state.rbx() + 12, 4)).isOne();
    long module = target.memory().read(state.rbx() + 16, 8);
    long start = target.memory().read(module, 8);
    assertThat(target.memory().read(module + 8, 8)).isEqualTo(content.length);
    assertThat(bytes(target, start, content.length)).isEqualTo(content);
    assertThat(text(target, target.memory().read(state.rbx() + 24, 8)))
        .as("Linux talks to the serial port by default")
        .isEqualTo("console=ttyS0");
  }

  @Test
  void theEntryMayBeEightBytesWideAndOtherSystemsGetNoDefaultCommandLine() throws Exception {
    BootTarget target = target(64);
    byte[] wide = new byte[8];
    Images.buffer(wide).putLong(0x100_0010);
    Path file =
        file(
            "kernel",
            new Elf(true, 62, 0)
                .load(0, 0x100_0000, code, code.length)
                .note("Xen", PHYS32_ENTRY, wide)
                .build());
    EntryState state = open(file, null, null).load(target);
    assertThat(state.rip()).isEqualTo(0x100_0010);
    assertThat(text(target, target.memory().read(state.rbx() + 24, 8))).isEmpty();
  }

  @Test
  void anEntryOutsideTheKernelIsRefused() throws Exception {
    Path file = file("vmlinux", kernel(true).note("Xen", PHYS32_ENTRY, word(0x20)).build());
    assertThat(lineOf(file, () -> open(file, null, null))).contains("its PVH entry lies outside");
  }

  @Test
  void aKernelLargerThanMemoryIsRefused() throws Exception {
    Path file =
        file(
            "vmlinux",
            new Elf(true, 62, 0)
                .load(0, 0x100_0000, code, 100 * MIB)
                .note("Xen", PHYS32_ENTRY, word(0x100_0000))
                .build());
    assertThat(lineOf(file, () -> open(file, null, null).load(target(64))))
        .isEqualTo("needs more memory; give the machine at least --memory 192M");
  }

  @Test
  void aKernelWhereBootInformationGoesIsRefused() throws Exception {
    Path file =
        file(
            "vmlinux",
            new Elf(true, 62, 0)
                .load(0, 0x3_f000, code, code.length)
                .note("Xen", PHYS32_ENTRY, word(0x3_f000))
                .build());
    assertThat(lineOf(file, () -> open(file, null, null).load(target(64))))
        .contains("wants to lie at 0x3f000");
  }
}
