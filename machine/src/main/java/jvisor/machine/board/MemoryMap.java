package jvisor.machine.board;

import java.util.ArrayList;
import java.util.List;
import jvisor.devices.chipset.HostBridge;
import jvisor.devices.chipset.LpcBridge;
import jvisor.devices.fwcfg.E820Entry;
import jvisor.platform.GuestMemory;

/** What guest physical addresses are for, as loaders and firmware are told. */
public final class MemoryMap {
  /** Where RAM below 4 GiB ends at the latest, and the windows of PCI begin. */
  public static final long LOW_RAM_LIMIT = 0x8000_0000L;

  /** Where the registers of the I/O APIC are. */
  public static final long IO_APIC = 0xfec0_0000L;

  /** Where the root pointer of the ACPI tables lies when a kernel starts directly. */
  public static final long RSDP = 0xe_0000;

  /** Where the ACPI tables lie when a kernel starts directly. */
  static final long ACPI_TABLES = 0xe_0040;

  private static final long LOWEST_RESERVED = 0x9_fc00;
  private static final long VIDEO = 0xa_0000;
  private static final long EXTENDED = 0x10_0000;
  private static final long GIB = 1L << 30;
  private static final long HIGH_WINDOW = 32 * GIB;

  private MemoryMap() {}

  /** RAM as it is installed. Firmware makes a map of its own from it. */
  static List<E820Entry> installed(GuestMemory memory) {
    List<E820Entry> map = new ArrayList<>();
    map.add(new E820Entry(0, memory.lowSize(), E820Entry.RAM));
    addHigh(memory, map);
    return map;
  }

  /**
   * The map for a kernel that starts directly: sorted, without overlaps. The last KiB below 640 KiB
   * and 0xE0000–0xFFFFF, where the tables are, are reserved.
   */
  static List<E820Entry> forDirectBoot(GuestMemory memory) {
    List<E820Entry> map = new ArrayList<>();
    map.add(new E820Entry(0, Math.min(memory.lowSize(), LOWEST_RESERVED), E820Entry.RAM));
    if (memory.lowSize() >= EXTENDED) {
      map.add(new E820Entry(LOWEST_RESERVED, VIDEO - LOWEST_RESERVED, E820Entry.RESERVED));
      map.add(new E820Entry(RSDP, EXTENDED - RSDP, E820Entry.RESERVED));
    }
    if (memory.lowSize() > EXTENDED) {
      map.add(new E820Entry(EXTENDED, memory.lowSize() - EXTENDED, E820Entry.RAM));
    }
    map.add(new E820Entry(HostBridge.ECAM_BASE, HostBridge.ECAM_SIZE, E820Entry.RESERVED));
    map.add(new E820Entry(IO_APIC, 0x1000, E820Entry.RESERVED));
    map.add(new E820Entry(LpcBridge.ROOT_COMPLEX_BASE, 0x4000, E820Entry.RESERVED));
    addHigh(memory, map);
    return map;
  }

  private static void addHigh(GuestMemory memory, List<E820Entry> map) {
    long high = memory.ramSize() - memory.lowSize();
    if (high > 0) {
      map.add(new E820Entry(GuestMemory.HIGH_BASE, high, E820Entry.RAM));
    }
  }

  /** Where the PCI window above 4 GiB begins: at 32 GiB, or behind RAM if that reaches further. */
  static long highWindow(GuestMemory memory) {
    long top = GuestMemory.HIGH_BASE + memory.ramSize() - memory.lowSize();
    return Math.max(HIGH_WINDOW, (top + GIB - 1) & -GIB);
  }

  /** Bytes of the PCI window above 4 GiB. */
  static long highWindowLength() {
    return 32 * GIB;
  }
}
