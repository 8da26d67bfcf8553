package jvisor.machine.boot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import jvisor.devices.fwcfg.E820Entry;
import jvisor.machine.BootException;
import org.jspecify.annotations.Nullable;

/** A multiboot 1 kernel: an ELF file, or any file whose header tells the addresses. */
public final class MultibootImage implements KernelImage {
  private static final int BOOTLOADER_MAGIC = 0x2bad_b002;

  private static final int HAS_MEMORY = 1;
  private static final int HAS_COMMAND_LINE = 1 << 2;
  private static final int HAS_MODULES = 1 << 3;
  private static final int HAS_MEMORY_MAP = 1 << 6;
  private static final int HAS_LOADER_NAME = 1 << 9;

  private static final int INFORMATION_SIZE = 116;
  private static final int NAME_OFFSET = 0x100;
  private static final int MAP_ENTRY_SIZE = 24;
  private static final int MOST_MAP_ENTRIES =
      (int) (BootArea.MODULES - BootArea.MEMORY_MAP) / MAP_ENTRY_SIZE;
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;

  private final HostFile file;
  private final byte[] content;
  private final MultibootHeader header;
  private final @Nullable ElfFile elf;
  private final @Nullable HostFile module;
  private final String commandLine;

  MultibootImage(
      HostFile file,
      byte[] content,
      MultibootHeader header,
      @Nullable ElfFile elf,
      @Nullable HostFile module,
      String append)
      throws BootException {
    this.file = file;
    this.content = content;
    this.header = header;
    this.elf = elf;
    this.module = module;
    this.commandLine = append.isEmpty() ? file.name() : file.name() + " " + append;
    CommandLines.check(file, commandLine);
    if (elf == null && !header.hasAddresses()) {
      throw file.error("a multiboot kernel that is no ELF file and tells no load address");
    }
  }

  @Override
  public EntryState load(BootTarget target) throws BootException {
    BootMemory memory = new BootMemory(target);
    long entry = header.hasAddresses() ? loadByHeader(memory) : loadElf(memory);
    memory.writeText(BootArea.COMMAND_LINE, commandLine);
    writeInformation(memory);
    return BootArea.protectedEntry(memory, entry, 0, BootArea.INFORMATION, BOOTLOADER_MAGIC);
  }

  private long loadElf(BootMemory memory) throws BootException {
    if (elf == null) {
      throw new IllegalStateException("checked when the image was made");
    }
    elf.take(file, memory);
    elf.load(memory);
    return elf.entry();
  }

  private long loadByHeader(BootMemory memory) throws BootException {
    long start = header.offset() - (header.headerAddress() - header.loadAddress());
    long inFile = content.length - start;
    long length = header.loadEnd() == 0 ? inFile : header.loadEnd() - header.loadAddress();
    long end = header.loadAddress() + length;
    long top = Math.max(end, header.bssEnd());
    if (start < 0 || start > content.length || length < 0 || length > inFile) {
      throw file.error("a multiboot kernel whose load addresses do not match its size");
    }
    memory.take(file, new Range(header.loadAddress(), top));
    memory.write(header.loadAddress(), content, (int) start, (int) length);
    memory.clear(new Range(end, top));
    return header.entry();
  }

  private void writeInformation(BootMemory memory) throws BootException {
    long nameAt = BootArea.INFORMATION + NAME_OFFSET;
    memory.writeText(nameAt, "Jvisor");
    int map = writeMemoryMap(memory, memory.target().memoryMap());
    ByteBuffer info = BootArea.buffer(INFORMATION_SIZE);
    info.putInt(
        0,
        HAS_MEMORY
            | HAS_COMMAND_LINE
            | HAS_MEMORY_MAP
            | HAS_LOADER_NAME
            | (module == null ? 0 : HAS_MODULES));
    info.putInt(4, (int) (ramFrom(memory, 0) / KIB));
    info.putInt(8, (int) (ramFrom(memory, MIB) / KIB));
    info.putInt(16, (int) BootArea.COMMAND_LINE);
    info.putInt(44, map);
    info.putInt(48, (int) BootArea.MEMORY_MAP);
    info.putInt(64, (int) nameAt);
    if (module != null) {
      Range place = memory.placeBehind(module);
      writeModule(memory, place, module.name());
      info.putInt(20, 1);
      info.putInt(24, (int) BootArea.MODULES);
    }
    memory.write(BootArea.INFORMATION, info);
  }

  private static void writeModule(BootMemory memory, Range place, String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, BootArea.LONGEST_MODULE_NAME);
    memory.write(BootArea.MODULE_NAME, Arrays.copyOf(text, length + 1), 0, length);
    memory.write(BootArea.MODULE_NAME + length, new byte[1]);
    ByteBuffer entry = BootArea.buffer(16);
    entry.putInt((int) place.start()).putInt((int) place.end()).putInt((int) BootArea.MODULE_NAME);
    memory.write(BootArea.MODULES, entry);
  }

  /** Writes entries of the length that their first word tells, and answers how many bytes. */
  private static int writeMemoryMap(BootMemory memory, List<E820Entry> map) {
    int entries = Math.min(map.size(), MOST_MAP_ENTRIES);
    ByteBuffer table = BootArea.buffer(MAP_ENTRY_SIZE * entries);
    for (E820Entry range : map.subList(0, entries)) {
      table.putInt(MAP_ENTRY_SIZE - 4);
      table.putLong(range.base()).putLong(range.length()).putInt(range.type());
    }
    memory.write(BootArea.MEMORY_MAP, table);
    return table.capacity();
  }

  /** Bytes of RAM without a hole from {@code gpa} on. */
  private static long ramFrom(BootMemory memory, long gpa) {
    return memory.target().memoryMap().stream()
        .filter(range -> range.type() == E820Entry.RAM)
        .filter(range -> range.base() <= gpa && gpa < range.base() + range.length())
        .mapToLong(range -> range.base() + range.length() - gpa)
        .findFirst()
        .orElse(0);
  }
}
