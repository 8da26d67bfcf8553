package jvisor.machine.boot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import jvisor.devices.fwcfg.E820Entry;
import jvisor.machine.BootException;
import jvisor.machine.boot.payload.Format;
import jvisor.machine.boot.payload.Payload;
import jvisor.machine.boot.payload.PayloadException;
import jvisor.platform.GuestMemory;
import org.jspecify.annotations.Nullable;

/** A bzImage by the Linux/x86 boot protocol. */
public final class LinuxImage implements KernelImage {
  private static final int ACPI_RSDP_ADDR = 0x070;
  private static final int E820_ENTRIES = 0x1e8;
  private static final int VID_MODE = 0x1fa;
  private static final int TYPE_OF_LOADER = 0x210;
  private static final int CODE32_START = 0x214;
  private static final int RAMDISK_IMAGE = 0x218;
  private static final int RAMDISK_SIZE = 0x21c;
  private static final int CMD_LINE_PTR = 0x228;
  private static final int E820_TABLE = 0x2d0;
  private static final int MOST_E820_ENTRIES = 128;

  private static final byte LOADER_WITHOUT_ID = (byte) 0xff;
  private static final short VID_MODE_NORMAL = (short) 0xffff;
  private static final long FOUR_GIB = 1L << 32;
  private static final long MIB = 1 << 20;

  private final HostFile file;
  private final byte[] content;
  private final SetupHeader header;
  private final @Nullable HostFile initrd;
  private final String commandLine;

  LinuxImage(
      HostFile file,
      byte[] content,
      SetupHeader header,
      @Nullable HostFile initrd,
      String commandLine)
      throws BootException {
    this.file = file;
    this.content = content;
    this.header = header;
    this.initrd = initrd;
    this.commandLine = commandLine;
    long length = commandLine.getBytes(StandardCharsets.UTF_8).length;
    long longest = Math.min(header.longestCommandLine(), BootArea.LONGEST_COMMAND_LINE);
    if (length > longest) {
      throw file.error(
          "takes a command line of at most %d bytes; --append has %d".formatted(longest, length));
    }
  }

  /**
   * Whether the kernel is unpacked here: if it is packed in a known way and, being a 32-bit one
   * that could move itself elsewhere, has room where it is linked.
   */
  private boolean isUnpackedHere(BootMemory memory) {
    return payloadFormat() != Format.UNKNOWN
        && (header.has64BitEntry() || hasPreferredPlace(memory));
  }

  private boolean hasPreferredPlace(BootMemory memory) {
    long preferred = header.preferredAddress();
    return preferred > 0 && preferred + sizeInMemory() <= memory.target().memory().lowSize();
  }

  /** What the protected-mode code takes where it is loaded, and while it unpacks itself. */
  private long sizeInMemory() {
    return Math.max(content.length - header.codeOffset(), header.initSize());
  }

  private Format payloadFormat() {
    int length = (int) header.payloadLength();
    return length == 0 ? Format.UNKNOWN : Format.of(content, payloadStart(), length);
  }

  private int payloadStart() {
    return header.codeOffset() + (int) header.payloadOffset();
  }

  @Override
  public EntryState load(BootTarget target) throws BootException {
    BootMemory memory = new BootMemory(target);
    boolean unpacked = isUnpackedHere(memory);
    long entry = unpacked ? loadUnpacked(memory) : loadPacked(memory);
    writeZeroPage(memory, entry);
    memory.writeText(BootArea.COMMAND_LINE, commandLine);
    return unpacked && header.has64BitEntry()
        ? BootArea.longEntry(memory, entry, BootArea.INFORMATION)
        : BootArea.protectedEntry(memory, entry, BootArea.INFORMATION, 0, 0);
  }

  private long loadUnpacked(BootMemory memory) throws BootException {
    byte[] kernel;
    try {
      kernel = Payload.unpack(content, payloadStart(), (int) header.payloadLength());
    } catch (PayloadException e) {
      throw file.error("a damaged Linux kernel: " + e.getMessage() + "; get the file again");
    }
    Optional<ElfFile> elf = ElfFile.parse(file, kernel);
    boolean wide = header.has64BitEntry();
    if (elf.isEmpty() || elf.get().machine() != (wide ? ElfFile.X86_64 : ElfFile.X86)) {
      throw file.error(
          "a Linux kernel whose payload is not an ELF file for "
              + (wide ? "x86-64" : "32-bit x86"));
    }
    long start = elf.get().lowest();
    memory.take(file, new Range(start, Math.max(elf.get().highest(), start + header.initSize())));
    elf.get().load(memory);
    return elf.get().entry();
  }

  /** Loads the protected-mode code, which unpacks itself, where it wants to be. */
  private long loadPacked(BootMemory memory) throws BootException {
    int offset = header.codeOffset();
    int length = content.length - offset;
    long base = header.code32Start();
    if (header.relocatable()) {
      base =
          hasPreferredPlace(memory)
              ? header.preferredAddress()
              : MIB + header.alignment() - 1 & -header.alignment();
    }
    memory.take(file, new Range(base, base + sizeInMemory()));
    memory.write(base, content, offset, length);
    return base;
  }

  private void writeZeroPage(BootMemory memory, long entry) throws BootException {
    ByteBuffer page = BootArea.buffer(GuestMemory.PAGE);
    page.put(SetupHeader.START, header.bytes());
    page.put(TYPE_OF_LOADER, LOADER_WITHOUT_ID);
    page.putShort(VID_MODE, VID_MODE_NORMAL);
    page.putInt(CODE32_START, (int) entry);
    page.putInt(CMD_LINE_PTR, (int) BootArea.COMMAND_LINE);
    page.putLong(ACPI_RSDP_ADDR, memory.target().rsdp());
    List<E820Entry> map = memory.target().memoryMap();
    int entries = Math.min(map.size(), MOST_E820_ENTRIES);
    page.put(E820_ENTRIES, (byte) entries);
    page.put(E820_TABLE, E820Entry.encode(map.subList(0, entries)));
    if (initrd != null) {
      Range place = memory.placeHigh(initrd, Math.min(header.initrdMax() + 1, FOUR_GIB));
      page.putInt(RAMDISK_IMAGE, (int) place.start());
      page.putInt(RAMDISK_SIZE, (int) (place.end() - place.start()));
    }
    memory.write(BootArea.INFORMATION, page);
  }
}
