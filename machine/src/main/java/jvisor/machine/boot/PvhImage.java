package jvisor.machine.boot;

import java.nio.ByteBuffer;
import java.util.List;
import jvisor.devices.fwcfg.E820Entry;
import jvisor.machine.BootException;
import org.jspecify.annotations.Nullable;

/** An ELF kernel with a PVH entry, told about its machine by {@code hvm_start_info}. */
public final class PvhImage implements KernelImage {
  private static final int START_INFO_MAGIC = 0x336e_c578;
  private static final int START_INFO_VERSION = 1;
  private static final int START_INFO_SIZE = 56;
  private static final int MODULE_SIZE = 32;
  private static final int MEMORY_ENTRY_SIZE = 24;
  private static final int MOST_MEMORY_ENTRIES =
      (int) (BootArea.MODULES - BootArea.MEMORY_MAP) / MEMORY_ENTRY_SIZE;
  private static final long FOUR_GIB = 1L << 32;

  private final HostFile file;
  private final ElfFile elf;
  private final long entry;
  private final @Nullable HostFile initrd;
  private final String commandLine;

  PvhImage(HostFile file, ElfFile elf, long entry, @Nullable HostFile initrd, String commandLine)
      throws BootException {
    this.file = file;
    this.elf = elf;
    this.entry = entry;
    this.initrd = initrd;
    this.commandLine = commandLine;
    CommandLines.check(file, commandLine);
    if (entry < elf.lowest() || entry >= elf.highest()) {
      throw file.error("a damaged ELF file: its PVH entry lies outside of it");
    }
  }

  @Override
  public EntryState load(BootTarget target) throws BootException {
    BootMemory memory = new BootMemory(target);
    elf.take(file, memory);
    elf.load(memory);
    memory.writeText(BootArea.COMMAND_LINE, commandLine);
    List<E820Entry> map = target.memoryMap();
    int entries = Math.min(map.size(), MOST_MEMORY_ENTRIES);
    writeMemoryMap(memory, map.subList(0, entries));
    ByteBuffer info = BootArea.buffer(START_INFO_SIZE);
    info.putInt(START_INFO_MAGIC).putInt(START_INFO_VERSION).putInt(0);
    info.putInt(initrd == null ? 0 : 1);
    info.putLong(initrd == null ? 0 : BootArea.MODULES);
    info.putLong(BootArea.COMMAND_LINE);
    info.putLong(target.rsdp());
    info.putLong(BootArea.MEMORY_MAP);
    info.putInt(entries);
    memory.write(BootArea.INFORMATION, info);
    if (initrd != null) {
      Range place = memory.placeHigh(initrd, FOUR_GIB);
      ByteBuffer module = BootArea.buffer(MODULE_SIZE);
      module.putLong(place.start()).putLong(place.end() - place.start());
      memory.write(BootArea.MODULES, module);
    }
    return BootArea.protectedEntry(memory, entry, 0, BootArea.INFORMATION, 0);
  }

  private static void writeMemoryMap(BootMemory memory, List<E820Entry> map) {
    ByteBuffer table = BootArea.buffer(MEMORY_ENTRY_SIZE * map.size());
    for (E820Entry range : map) {
      table.putLong(range.base()).putLong(range.length()).putInt(range.type()).putInt(0);
    }
    memory.write(BootArea.MEMORY_MAP, table);
  }
}
