package jvisor.devices.acpi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jvisor.devices.chipset.ApmCommands;
import jvisor.devices.chipset.HostBridge;
import jvisor.devices.chipset.LpcBridge;
import jvisor.platform.GuestMemory;

/**
 * The ACPI tables of a Q35 board (ACPI 6.3, chapter 5), in two forms: linked for a place in guest
 * memory, and as files with a linker script for firmware that places them itself.
 */
public final class AcpiTables {
  /** Bytes of the root pointer (RSDP). */
  public static final int RSDP_BYTES = 36;

  /** Alignment of the tables in guest memory. */
  public static final int ALIGNMENT = 64;

  private static final int SCI = 9;
  private static final long LOCAL_APIC = 0xfee0_0000L;
  private static final long IO_APIC = 0xfec0_0000L;
  private static final int RESET_PORT = 0xcf9;
  private static final int HARD_RESET = 0x06;
  private static final int CMOS_CENTURY = 0x32;

  private static final int FADT_BYTES = 276;
  private static final int BOOT_LEGACY_DEVICES = 1;
  private static final int BOOT_8042 = 1 << 1;
  private static final int BOOT_NO_VGA = 1 << 2;
  private static final int FADT_WBINVD = 1;
  private static final int FADT_C1 = 1 << 2;
  private static final int FADT_NO_SLEEP_BUTTON = 1 << 5;
  private static final int FADT_NO_RTC_WAKE = 1 << 6;
  private static final int FADT_TIMER_32 = 1 << 8;
  private static final int FADT_RESET = 1 << 10;

  /** A latency in microseconds that says a C-state is not there. */
  private static final int NO_C_STATE = 0xfff;

  private final TableFile tables = new TableFile("etc/acpi/tables", ALIGNMENT, false);
  private final TableFile rsdp = new TableFile("etc/acpi/rsdp", 16, true);
  private final List<Integer> listed = new ArrayList<>();

  /** Builds the tables of one board. */
  public AcpiTables(AcpiConfig config) {
    int facs = facs();
    int dsdt = dsdt(config);
    listed.add(fadt(config, facs, dsdt));
    listed.add(madt(config));
    listed.add(mcfg(config));
    listed.add(waet());
    int rsdt = index("RSDT", 4);
    int xsdt = index("XSDT", 8);
    rsdp(rsdt, xsdt);
  }

  /** Bytes of all tables but the RSDP. */
  public int size() {
    return tables.position();
  }

  /** The tables as they must lie at {@code gpa}, a multiple of {@link #ALIGNMENT}. */
  public byte[] linkedTables(long gpa) {
    return tables.linked(file -> gpa);
  }

  /** The RSDP for tables at {@code tablesGpa}; it lies at any multiple of 16. */
  public byte[] linkedRsdp(long tablesGpa) {
    return rsdp.linked(file -> tablesGpa);
  }

  /**
   * Puts everything into guest memory, below 4 GiB. An operating system that was not told the
   * address of the RSDP looks for it at multiples of 16 from 0xE0000 to 1 MiB.
   */
  public void place(GuestMemory memory, long rsdpGpa, long tablesGpa) {
    byte[] content = linkedTables(tablesGpa);
    memory.write(tablesGpa, content, 0, content.length);
    memory.write(rsdpGpa, linkedRsdp(tablesGpa), 0, RSDP_BYTES);
  }

  /** The files that firmware loads and links, by their fw_cfg names. */
  public Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(tables.name(), tables.unlinked());
    files.put(rsdp.name(), rsdp.unlinked());
    files.put("etc/table-loader", LoaderScript.of(tables, rsdp));
    return files;
  }

  private int facs() {
    tables.alignTo(ALIGNMENT);
    int start = tables.position();
    tables.text("FACS").put(4, 64).zeroes(24).put(1, 2).zeroes(31);
    return start;
  }

  private int dsdt(AcpiConfig config) {
    byte[] body = Dsdt.body(config);
    int start = tables.header("DSDT", 2, TableFile.HEADER + body.length);
    tables.put(body);
    return start;
  }

  private int fadt(AcpiConfig config, int facs, int dsdt) {
    tables.alignTo(8);
    int start = tables.header("FACP", 6, FADT_BYTES);
    tables.pointer(4, tables, facs).pointer(4, tables, dsdt);
    tables.put(1, 0).put(1, 0).put(2, SCI);
    tables.put(4, ApmCommands.PORT);
    tables.put(1, ApmCommands.ACPI_ENABLE).put(1, ApmCommands.ACPI_DISABLE).put(2, 0);
    int pm = LpcBridge.PM_BASE;
    tables.put(4, pm).put(4, 0).put(4, pm + 4).put(4, 0);
    tables.put(4, 0).put(4, pm + 8).put(4, pm + 0x20).put(4, 0);
    tables.put(1, 4).put(1, 2).put(1, 0).put(1, 4).put(1, 16).put(1, 0).put(1, 0).put(1, 0);
    tables.put(2, NO_C_STATE).put(2, NO_C_STATE).zeroes(6);
    tables.put(1, 0).put(1, 0).put(1, CMOS_CENTURY);
    int boot = BOOT_LEGACY_DEVICES | BOOT_NO_VGA;
    tables.put(2, config.keyboardController() ? boot | BOOT_8042 : boot).put(1, 0);
    int features = FADT_WBINVD | FADT_C1 | FADT_NO_SLEEP_BUTTON | FADT_NO_RTC_WAKE | FADT_RESET;
    tables.put(4, config.pmTimerBits() == 32 ? features | FADT_TIMER_32 : features);
    ports(RESET_PORT, 8, 1).put(1, HARD_RESET).put(2, 0).put(1, 3);
    tables.put(8, 0).pointer(8, tables, dsdt);
    ports(pm, 32, 2).zeroes(12);
    ports(pm + 4, 16, 2).zeroes(12);
    tables.zeroes(12);
    ports(pm + 8, 32, 3);
    ports(pm + 0x20, 128, 1).zeroes(12);
    tables.zeroes(24).zeroes(8);
    return start;
  }

  /** A generic address in I/O space; {@code access} 1, 2 and 3 stand for 1, 2 and 4 bytes. */
  private TableFile ports(int port, int bits, int access) {
    return tables.put(1, 1).put(1, bits).put(1, 0).put(1, access).put(8, port);
  }

  private int madt(AcpiConfig config) {
    tables.alignTo(8);
    int overrides = 2 * 10;
    int length = TableFile.HEADER + 8 + 8 * config.cpus() + 12 + overrides + 6;
    int start = tables.header("APIC", 4, length);
    tables.put(4, LOCAL_APIC).put(4, 1);
    for (int cpu = 0; cpu < config.cpus(); cpu++) {
      tables.put(1, 0).put(1, 8).put(1, cpu).put(1, cpu).put(4, 1);
    }
    tables.put(1, 1).put(1, 12).put(1, 0).put(1, 0).put(4, IO_APIC).put(4, 0);
    override(0, 2, 0);
    override(SCI, SCI, 0x000d);
    tables.put(1, 4).put(1, 6).put(1, 0xff).put(2, 0).put(1, 1);
    return start;
  }

  /** An ISA interrupt that is not edge-triggered on the pin of its number. */
  private void override(int irq, int gsi, int flags) {
    tables.put(1, 2).put(1, 10).put(1, 0).put(1, irq).put(4, gsi).put(2, flags);
  }

  private int mcfg(AcpiConfig config) {
    tables.alignTo(8);
    int start = tables.header("MCFG", 1, TableFile.HEADER + 8 + 16);
    int lastBus = (int) (HostBridge.ECAM_SIZE >>> 20) - 1;
    tables.zeroes(8).put(8, config.ecamBase()).put(2, 0).put(1, 0).put(1, lastBus).put(4, 0);
    return start;
  }

  /** Tells that one read of the PM timer is enough. */
  private int waet() {
    tables.alignTo(8);
    int start = tables.header("WAET", 1, TableFile.HEADER + 4);
    tables.put(4, 2);
    return start;
  }

  private int index(String signature, int pointerBytes) {
    tables.alignTo(8);
    int length = TableFile.HEADER + pointerBytes * listed.size();
    int start = tables.header(signature, 1, length);
    for (int table : listed) {
      tables.pointer(pointerBytes, tables, table);
    }
    return start;
  }

  private void rsdp(int rsdt, int xsdt) {
    rsdp.text("RSD PTR ").checksum(0, 20).text("JVISOR").put(1, 2);
    rsdp.pointer(4, tables, rsdt).put(4, RSDP_BYTES).pointer(8, tables, xsdt);
    rsdp.checksum(0, RSDP_BYTES).zeroes(3);
  }
}
