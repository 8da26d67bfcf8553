package jvisor.devices.acpi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcpiTablesTest {
  private static final int TABLES = 0xe_1000;
  private static final int RSDP = 0xe_0000;

  private final AcpiTables acpi =
      new AcpiTables(
          new AcpiConfig(2, 24, false, 0xb000_0000L, 0x8000_0000L, 0x8_0000_0000L, 0x8_0000_0000L));

  /** Everything as an operating system finds it, by signature. */
  private Map<String, ByteBuffer> find(byte[] image) {
    ByteBuffer memory = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(new String(image, RSDP, 8, US_ASCII)).isEqualTo("RSD PTR ");
    assertThat(sum(image, RSDP, 20)).isZero();
    assertThat(sum(image, RSDP, 36)).isZero();
    Map<String, ByteBuffer> found = new LinkedHashMap<>();
    ByteBuffer xsdt = table(memory, memory.getLong(RSDP + 24));
    ByteBuffer rsdt = table(memory, memory.getInt(RSDP + 16));
    assertThat(signature(xsdt)).isEqualTo("XSDT");
    assertThat(signature(rsdt)).isEqualTo("RSDT");
    for (int i = 0; i < (xsdt.limit() - 36) / 8; i++) {
      ByteBuffer table = table(memory, xsdt.getLong(36 + 8 * i));
      assertThat(rsdt.getInt(36 + 4 * i)).isEqualTo((int) xsdt.getLong(36 + 8 * i));
      found.put(signature(table), table);
    }
    ByteBuffer dsdt = table(memory, found.get("FACP").getLong(140));
    found.put(signature(dsdt), dsdt);
    return found;
  }

  private static ByteBuffer table(ByteBuffer memory, long address) {
    int length = memory.getInt((int) address + 4);
    assertThat(sum(memory.array(), (int) address, length)).as("checksum").isZero();
    return memory.slice((int) address, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String signature(ByteBuffer table) {
    byte[] name = new byte[4];
    table.get(0, name);
    return new String(name, US_ASCII);
  }

  private static int sum(byte[] bytes, int start, int length) {
    int sum = 0;
    for (int i = start; i < start + length; i++) {
      sum += bytes[i];
    }
    return sum & 0xff;
  }

  private byte[] placed() {
    byte[] image = new byte[1 << 20];
    try (GuestMemory memory = new GuestMemory(1 << 20, 1L << 31, new MmioBus())) {
      acpi.place(memory, RSDP, TABLES);
      memory.read(0, image, 0, image.length);
    }
    return image;
  }

  @Test
  void theTreeOfTablesIsWholeAndItsChecksumsHold() {
    Map<String, ByteBuffer> found = find(placed());
    assertThat(found.keySet()).containsExactly("FACP", "APIC", "MCFG", "WAET", "DSDT");
    ByteBuffer fadt = found.get("FACP");
    assertThat(fadt.limit()).isEqualTo(276);
    assertThat(fadt.getInt(40)).isEqualTo((int) fadt.getLong(140));
    assertThat(fadt.getInt(36) % 64).as("FACS alignment").isZero();
    assertThat(new String(placed(), fadt.getInt(36), 4, US_ASCII)).isEqualTo("FACS");
  }

  @Test
  void theFadtNamesTheChipsetsRegisters() {
    ByteBuffer fadt = find(placed()).get("FACP");
    assertThat(fadt.getShort(46)).as("SCI").isEqualTo((short) 9);
    assertThat(fadt.getInt(48)).as("SMI_CMD").isEqualTo(0xb2);
    assertThat(fadt.getInt(56)).as("PM1a_EVT").isEqualTo(0x600);
    assertThat(fadt.getInt(64)).as("PM1a_CNT").isEqualTo(0x604);
    assertThat(fadt.getInt(76)).as("PM_TMR").isEqualTo(0x608);
    assertThat(fadt.getInt(80)).as("GPE0").isEqualTo(0x620);
    assertThat(fadt.getShort(109)).as("IAPC_BOOT_ARCH: no 8042, no VGA").isEqualTo((short) 5);
    assertThat(fadt.getInt(112) & 0x500).as("RESET_REG_SUP, 24 bits").isEqualTo(0x400);
    assertThat(fadt.getLong(120)).as("RESET_REG").isEqualTo(0xcf9);
    assertThat(fadt.get(128)).as("RESET_VALUE").isEqualTo((byte) 6);
    assertThat(fadt.getLong(152)).as("X_PM1a_EVT").isEqualTo(0x600);
    assertThat(fadt.getLong(212)).as("X_PM_TMR").isEqualTo(0x608);
    assertThat(fadt.getLong(224)).as("X_GPE0").isEqualTo(0x620);
  }

  @Test
  void theMadtListsProcessorsAndOverrides() {
    ByteBuffer madt = find(placed()).get("APIC");
    assertThat(madt.getInt(36)).isEqualTo(0xfee0_0000);
    Map<String, Integer> seen = new HashMap<>();
    for (int at = 44; at < madt.limit(); at += madt.get(at + 1)) {
      int entry = at;
      String text =
          switch (madt.get(at)) {
            case 0 -> "cpu" + madt.get(entry + 3);
            case 1 -> "ioapic %x".formatted(madt.getInt(entry + 4));
            case 2 -> madt.get(entry + 3) + "->" + madt.getInt(entry + 4);
            case 4 -> "nmi" + madt.get(entry + 5);
            default -> "?";
          };
      seen.put(text, (int) madt.getShort(entry + (madt.get(entry) == 2 ? 8 : 3)));
    }
    assertThat(seen).containsOnlyKeys("cpu0", "cpu1", "ioapic fec00000", "0->2", "9->9", "nmi1");
    assertThat(seen.get("0->2")).isZero();
    assertThat(seen.get("9->9")).as("level, active high").isEqualTo(0xd);
  }

  @Test
  void theDsdtHasADeviceForEachProcessor() {
    ByteBuffer dsdt = find(placed()).get("DSDT");
    byte[] bytes = new byte[dsdt.limit()];
    dsdt.get(0, bytes);
    String text = new String(bytes, ISO_8859_1);
    assertThat(text.split("ACPI0007", -1)).hasSize(1 + 2);
    assertThat(text).contains("C000").contains("C001").doesNotContain("C002");
  }

  @Test
  void theMcfgNamesTheEcamWindow() {
    ByteBuffer mcfg = find(placed()).get("MCFG");
    assertThat(mcfg.getLong(44)).isEqualTo(0xb000_0000L);
    assertThat(mcfg.get(55)).isEqualTo((byte) 255);
  }

  @Test
  void configurationChangesWhatItSays() {
    AcpiTables other =
        new AcpiTables(
            new AcpiConfig(254, 32, true, 0xe000_0000L, 0xe000_0000L, 1L << 40, 1 << 30));
    byte[] image = new byte[1 << 20];
    byte[] content = other.linkedTables(0x4000);
    System.arraycopy(content, 0, image, 0x4000, content.length);
    System.arraycopy(other.linkedRsdp(0x4000), 0, image, RSDP, AcpiTables.RSDP_BYTES);
    ByteBuffer fadt = find(image).get("FACP");
    assertThat(fadt.getShort(109)).isEqualTo((short) 7);
    assertThat(fadt.getInt(112) & 0x100).isEqualTo(0x100);
  }

  /** Does what firmware does with the linker script. */
  @Test
  void theLinkerScriptGivesTheSameTables() {
    Map<String, byte[]> files = acpi.files();
    byte[] image = new byte[1 << 20];
    Map<String, Integer> places = new HashMap<>();
    ByteBuffer script = ByteBuffer.wrap(files.get("etc/table-loader"));
    script.order(ByteOrder.LITTLE_ENDIAN);
    assertThat(script.limit() % 128).isZero();
    ByteBuffer memory = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < script.limit(); at += 128) {
      String file = text(script, at + 4);
      switch (script.getInt(at)) {
        case 1 -> {
          boolean low = script.get(at + 64) == 2;
          int place = low ? RSDP : TABLES;
          assertThat(place % script.getInt(at + 60)).isZero();
          memory.put(place, files.get(file));
          places.put(file, place);
        }
        case 2 -> {
          int field = places.get(file) + script.getInt(at + 116);
          int target = places.get(text(script, at + 60));
          if (script.get(at + 120) == 8) {
            memory.putLong(field, memory.getLong(field) + target);
          } else {
            memory.putInt(field, memory.getInt(field) + target);
          }
        }
        case 3 -> {
          int base = places.get(file);
          int sum = sum(image, base + script.getInt(at + 64), script.getInt(at + 68));
          image[base + script.getInt(at + 60)] -= (byte) sum;
        }
        default -> throw new AssertionError("command " + script.getInt(at));
      }
    }
    assertThat(image).isEqualTo(placed());
  }

  private static String text(ByteBuffer script, int at) {
    byte[] name = new byte[56];
    script.get(at, name);
    return new String(name, US_ASCII).replace("\0", "");
  }

  @Test
  void iaslDisassemblesEveryTableAndCompilesTheSourceAgain(@TempDir Path folder)
      throws IOException, InterruptedException {
    assumeTrue(run(folder, "iasl", "-v") == 0, "iasl (package acpica-tools) is not installed");
    for (Map.Entry<String, ByteBuffer> entry : find(placed()).entrySet()) {
      byte[] bytes = new byte[entry.getValue().limit()];
      entry.getValue().get(0, bytes);
      String name = entry.getKey().toLowerCase(java.util.Locale.ROOT);
      Files.write(folder.resolve(name + ".aml"), bytes);
      assertThat(run(folder, "iasl", "-d", name + ".aml")).as(log(folder)).isZero();
      assertThat(log(folder)).doesNotContain("Invalid", "Error", "**** ");
    }
    assertThat(run(folder, "iasl", "-p", "again", "dsdt.dsl")).as(log(folder)).isZero();
    assertThat(log(folder)).contains(" 0 Errors, 0 Warnings");
  }

  private static String log(Path folder) throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  private static int run(Path folder, String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } catch (IOException e) {
      return -1;
    }
  }
}
