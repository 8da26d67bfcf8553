package jvisor.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import jvisor.machine.boot.EntryState.Mode;
import jvisor.machine.boot.Images.Elf;
import org.junit.jupiter.api.Test;

class MultibootImageTest extends BootTest {
  private static final int MAGIC = 0x1bad_b002;

  private static void header(byte[] code, int at, int flags, int... addresses) {
    ByteBuffer buffer = Images.buffer(code);
    buffer.putInt(at, MAGIC).putInt(at + 4, flags).putInt(at + 8, -MAGIC - flags);
    for (int i = 0; i < addresses.length; i++) {
      buffer.putInt(at + 12 + 4 * i, addresses[i]);
    }
  }

  private static byte[] code(int flags) {
    byte[] code = Images.noise(0x4000);
    header(code, 0x20, flags);
    return code;
  }

  private static byte[] kernel(byte[] code) {
    return new Elf(false, 3, 0x40_0040).load(0x40_0000, 0x40_0000, code, 0x1_0000).build();
  }

  private static long word(BootTarget target, long gpa) {
    return target.memory().read(gpa, 4);
  }

  @Test
  void entersAnElfFileInProtectedModeWithTheInformationInEbx() throws Exception {
    BootTarget target = target(64);
    byte[] code = code(0);
    EntryState state = open(file("apic.flat", kernel(code)), null, "one two").load(target);
    assertThat(state.mode()).isEqualTo(Mode.PROTECTED);
    assertThat(state.rip()).isEqualTo(0x40_0040);
    assertThat(state.rax()).isEqualTo(0x2bad_b002);
    assertThat(bytes(target, 0x40_0000, code.length)).isEqualTo(code);
    long info = state.rbx();
    assertThat(info).isBetween(0xe000L, 0xf_ffffL);
    assertThat(word(target, info) & 0x4d).isEqualTo(0x45);
    assertThat(word(target, info + 4)).isEqualTo(0x9_fc00 >> 10);
    assertThat(word(target, info + 8)).isEqualTo(63 * 1024 - 64);
    assertThat(text(target, word(target, info + 16))).isEqualTo("apic.flat one two");
    assertThat(word(target, info + 20)).isZero();
  }

  @Test
  void withoutArgumentsTheCommandLineIsTheFileName() throws Exception {
    BootTarget target = target(64);
    EntryState state = open(file("x.flat", kernel(code(3))), null, null).load(target);
    assertThat(text(target, word(target, state.rbx() + 16))).isEqualTo("x.flat");
  }

  @Test
  void theMemoryMapHasEntriesThatTellTheirSize() throws Exception {
    BootTarget target = target(64);
    EntryState state = open(file("x.flat", kernel(code(0))), null, null).load(target);
    long length = word(target, state.rbx() + 44);
    long map = word(target, state.rbx() + 48);
    assertThat(length).isEqualTo(4 * 24);
    for (int i = 0; i < 4; i++) {
      assertThat(word(target, map + 24L * i)).isEqualTo(20);
    }
    assertThat(target.memory().read(map + 48 + 4, 8)).isEqualTo(MIB);
    assertThat(target.memory().read(map + 48 + 12, 8)).isEqualTo(63 * MIB - 0x1_0000);
    assertThat(word(target, map + 48 + 20)).isOne();
  }

  @Test
  void theInitialFileSystemIsTheModuleBehindTheKernel() throws Exception {
    BootTarget target = target(64);
    byte[] content = Images.noise(5_001);
    Path module = file("environment", content);
    EntryState state = open(file("x.flat", kernel(code(0))), module, null).load(target);
    long info = state.rbx();
    assertThat(word(target, info) & 8).isEqualTo(8);
    assertThat(word(target, info + 20)).isOne();
    long list = word(target, info + 24);
    long start = word(target, list);
    assertThat(start).isEqualTo(0x41_0000);
    assertThat(word(target, list + 4)).isEqualTo(start + content.length);
    assertThat(bytes(target, start, content.length)).isEqualTo(content);
    assertThat(text(target, word(target, list + 8))).isEqualTo("environment");
  }

  @Test
  void segmentsMayLieWhereRealModeTestsAre() throws Exception {
    BootTarget target = target(64);
    byte[] code = Images.noise(0x5a30);
    header(code, 0, 0);
    Path file =
        file("realmode.flat", new Elf(false, 3, 0x8010).load(0x8000, 0x8000, code, 0x5a30).build());
    EntryState state = open(file, null, null).load(target);
    assertThat(state.rip()).isEqualTo(0x8010);
    assertThat(bytes(target, 0x8000, code.length)).isEqualTo(code);
  }

  @Test
  void anEntryAtALinkAddressBecomesAPhysicalOne() throws Exception {
    byte[] code = code(0);
    Path file =
        file(
            "k",
            new Elf(false, 3, 0xc010_0040L).load(0xc010_0000L, 0x10_0000, code, 0x4000).build());
    assertThat(open(file, null, null).load(target(64)).rip()).isEqualTo(0x10_0040);
  }

  @Test
  void addressesOfTheHeaderLoadAnyFile() throws Exception {
    BootTarget target = target(64);
    byte[] content = Images.noise(0x3000);
    int flags = 1 << 16;
    header(content, 0x800, flags, 0x10_0400, 0x10_0000, 0x10_1000, 0x10_5000, 0x10_0010);
    target.memory().write(0x10_4ff8, 8, -1);
    EntryState state = open(file("kernel.bin", content), null, null).load(target);
    assertThat(state.rip()).isEqualTo(0x10_0010);
    assertThat(bytes(target, 0x10_0000, 0x1000))
        .isEqualTo(Arrays.copyOfRange(content, 0x400, 0x1400));
    assertThat(bytes(target, 0x10_1000, 0x4000)).containsOnly(0);
    header(content, 0x800, flags, 0x20_0800, 0x20_0000, 0, 0, 0x20_0000);
    open(file("whole.bin", content), null, null).load(target);
    assertThat(bytes(target, 0x20_0000, 0x3000)).isEqualTo(content);
  }

  @Test
  void addressesThatDoNotMatchTheFileAreRefused() throws Exception {
    int[][] wrong = {
      {0x10_0000, 0x20_0000, 0, 0, 0},
      {0x10_0400, 0x10_0000, 0x10_9000, 0, 0},
      {0x10_0400, 0x10_0000, 0x0f_0000, 0, 0},
      {-1, 0, 0, 0, 0},
    };
    for (int[] addresses : wrong) {
      byte[] content = Images.noise(0x3000);
      header(content, 0x400, 1 << 16, addresses);
      Path file = file("kernel.bin", content);
      assertThat(lineOf(file, () -> open(file, null, null).load(target(64))))
          .isEqualTo("a multiboot kernel whose load addresses do not match its size");
    }
  }

  @Test
  void requirementsThatNobodyKnowsAreRefused() throws Exception {
    Path file = file("x", kernel(code(0x8)));
    assertThat(lineOf(file, () -> open(file, null, null))).contains("does not know");
  }

  @Test
  void aModuleThatDoesNotFitIsRefused() throws Exception {
    Path module = file("module", new byte[(int) (61 * MIB)]);
    Path file = file("x", kernel(code(0)));
    assertThat(lineOf(module, () -> open(file, module, null).load(target(64))))
        .contains("do not fit into memory beside the kernel", "--memory 128M");
  }
}
