package jvisor.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jvisor.devices.fwcfg.E820Entry;
import jvisor.machine.Boot;
import jvisor.machine.BootException;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A machine to place kernels in, and short ways to look at the result. */
abstract class BootTest {
  static final long MIB = 1 << 20;
  static final long RSDP = 0xf_1230;

  @TempDir Path directory;
  private final List<GuestMemory> memories = new ArrayList<>();

  @AfterEach
  void closeMemories() {
    memories.forEach(GuestMemory::close);
  }

  BootTarget target(long mebibytes) {
    GuestMemory memory = new GuestMemory(mebibytes * MIB, 3072 * MIB, new MmioBus());
    memories.add(memory);
    long tables = memory.lowSize() - 0x1_0000;
    return new BootTarget(
        memory,
        List.of(
            new E820Entry(0, 0x9_fc00, E820Entry.RAM),
            new E820Entry(0x9_fc00, 0x6_0400, E820Entry.RESERVED),
            new E820Entry(MIB, tables - MIB, E820Entry.RAM),
            new E820Entry(tables, 0x1_0000, 3)),
        RSDP);
  }

  Path file(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }

  KernelImage open(Path kernel, @Nullable Path initrd, @Nullable String append)
      throws BootException {
    return (KernelImage) BootImage.open(new Boot.Kernel(kernel, initrd, append));
  }

  static byte[] bytes(BootTarget target, long gpa, int length) {
    byte[] bytes = new byte[length];
    target.memory().read(gpa, bytes, 0, length);
    return bytes;
  }

  static String text(BootTarget target, long gpa) {
    byte[] bytes = bytes(target, gpa, 4096);
    int end = 0;
    while (bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  interface Attempt {
    Object run() throws Exception;
  }

  /** The line that an attempt ends with; it is one line and tells of the file. */
  static String lineOf(Path file, Attempt attempt) {
    Throwable thrown = Assertions.catchThrowable(attempt::run);
    assertThat(thrown).isInstanceOf(BootException.class);
    String line = String.valueOf(thrown.getMessage());
    assertThat(line).startsWith(file + ": ").doesNotContain("\n");
    return line.substring(file.toString().length() + 2);
  }
}
