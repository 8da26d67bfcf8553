package jvisor.machine.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jvisor.machine.BootException;

/** An executable ELF file for x86, 32 or 64 bits (System V gABI, chapters 4 and 5). */
final class ElfFile {
  /** e_machine of 32-bit x86. */
  static final int X86 = 3;

  /** e_machine of x86-64. */
  static final int X86_64 = 62;

  private static final int MAGIC = 0x464c_457f;
  private static final int CLASS_32 = 1;
  private static final int CLASS_64 = 2;
  private static final int LITTLE_ENDIAN = 1;
  private static final int LOAD = 1;
  private static final int NOTE = 4;

  /**
   * A program header.
   *
   * @param offset where its bytes are in the file
   * @param virtual where it is linked
   * @param gpa where it is loaded
   * @param fileSize bytes in the file
   * @param memorySize bytes in memory; what the file lacks is zero
   */
  record Segment(
      int type, long offset, long virtual, long gpa, long fileSize, long memorySize, long align) {}

  /** A note: owner, type and where its descriptor is in the file. */
  record Note(String owner, int type, int offset, int length) {}

  private final byte[] content;
  private final ByteBuffer file;
  private final int machine;
  private final long rawEntry;
  private final List<Segment> segments;

  private ElfFile(
      byte[] content, ByteBuffer file, int machine, long rawEntry, List<Segment> segments) {
    this.content = content;
    this.file = file;
    this.machine = machine;
    this.rawEntry = rawEntry;
    this.segments = segments;
  }

  /**
   * Reads the headers.
   *
   * @return empty if it is no ELF file at all
   * @throws BootException if it is one for something else, or cut short
   */
  static Optional<ElfFile> parse(HostFile name, byte[] content) throws BootException {
    ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (content.length < 52 || file.getInt(0) != MAGIC) {
      return Optional.empty();
    }
    boolean wide = file.get(4) == CLASS_64;
    int machine = file.getShort(18) & 0xffff;
    if ((!wide && file.get(4) != CLASS_32)
        || file.get(5) != LITTLE_ENDIAN
        || (machine != X86 && machine != X86_64)) {
      throw name.error("an ELF file for another processor; this machine is an x86-64");
    }
    if (wide && content.length < 64) {
      throw cutShort(name);
    }
    long entry = wide ? file.getLong(24) : file.getInt(24) & 0xffff_ffffL;
    long table = wide ? file.getLong(32) : file.getInt(28) & 0xffff_ffffL;
    int size = file.getShort(wide ? 54 : 42) & 0xffff;
    int count = file.getShort(wide ? 56 : 44) & 0xffff;
    if (size < (wide ? 56 : 32)
        || table < 0
        || table > content.length
        || table + (long) size * count > content.length) {
      throw cutShort(name);
    }
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Segment segment = segment(file, (int) table + i * size, wide);
      if (segment.type == LOAD || segment.type == NOTE) {
        check(name, segment, content.length);
        segments.add(segment);
      }
    }
    if (segments.stream().noneMatch(ElfFile::occupiesMemory)) {
      throw name.error("an ELF file with nothing to load; a kernel is an executable file");
    }
    return Optional.of(new ElfFile(content, file, machine, entry, List.copyOf(segments)));
  }

  private static BootException cutShort(HostFile name) {
    return name.error("an ELF file that is cut short; get the file again");
  }

  private static Segment segment(ByteBuffer file, int at, boolean wide) {
    if (wide) {
      return new Segment(
          file.getInt(at),
          file.getLong(at + 8),
          file.getLong(at + 16),
          file.getLong(at + 24),
          file.getLong(at + 32),
          file.getLong(at + 40),
          file.getLong(at + 48));
    }
    return new Segment(
        file.getInt(at),
        file.getInt(at + 4) & 0xffff_ffffL,
        file.getInt(at + 8) & 0xffff_ffffL,
        file.getInt(at + 12) & 0xffff_ffffL,
        file.getInt(at + 16) & 0xffff_ffffL,
        file.getInt(at + 20) & 0xffff_ffffL,
        file.getInt(at + 28) & 0xffff_ffffL);
  }

  private static void check(HostFile name, Segment segment, int length) throws BootException {
    if (segment.offset < 0
        || segment.fileSize < 0
        || segment.offset > length
        || segment.fileSize > length - segment.offset) {
      throw cutShort(name);
    }
    if (segment.type == LOAD
        && (segment.gpa < 0
            || segment.memorySize < segment.fileSize
            || segment.gpa > 1L << 52
            || segment.memorySize > 1L << 52)) {
      throw name.error("a damaged ELF file: it has a segment at impossible addresses");
    }
  }

  private static boolean occupiesMemory(Segment segment) {
    return segment.type == LOAD && segment.memorySize > 0;
  }

  int machine() {
    return machine;
  }

  /** The lowest gpa that is loaded. */
  long lowest() {
    return loaded().stream().mapToLong(Segment::gpa).min().orElse(0);
  }

  /** The gpa behind the highest one that is loaded. */
  long highest() {
    return loaded().stream().mapToLong(s -> s.gpa + s.memorySize).max().orElse(0);
  }

  private List<Segment> loaded() {
    return segments.stream().filter(ElfFile::occupiesMemory).toList();
  }

  /** The gpa of the entry point, which the file may give as the address where it is linked. */
  long entry() {
    for (Segment segment : loaded()) {
      if (rawEntry >= segment.gpa && rawEntry - segment.gpa < segment.memorySize) {
        return rawEntry;
      }
    }
    for (Segment segment : loaded()) {
      long offset = rawEntry - segment.virtual;
      if (offset >= 0 && offset < segment.memorySize) {
        return segment.gpa + offset;
      }
    }
    return rawEntry;
  }

  /** Takes the memory of each segment. */
  void take(HostFile name, BootMemory memory) throws BootException {
    for (Segment segment : loaded()) {
      memory.take(name, new Range(segment.gpa, segment.gpa + segment.memorySize));
    }
  }

  /** Copies the segments to memory that has been taken. */
  void load(BootMemory memory) {
    for (Segment segment : loaded()) {
      long end = segment.gpa + segment.fileSize;
      memory.write(segment.gpa, content, (int) segment.offset, (int) segment.fileSize);
      memory.clear(new Range(end, segment.gpa + segment.memorySize));
    }
  }

  /** Every note; a list that is damaged ends where it makes no sense any more. */
  List<Note> notes() {
    List<Note> notes = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment.type == NOTE) {
        addNotes(segment, notes);
      }
    }
    return notes;
  }

  private void addNotes(Segment segment, List<Note> notes) {
    long align = segment.align == 8 ? 8 : 4;
    long at = segment.offset;
    long end = segment.offset + segment.fileSize;
    while (end - at >= 12) {
      long nameSize = file.getInt((int) at) & 0xffff_ffffL;
      long length = file.getInt((int) at + 4) & 0xffff_ffffL;
      long descriptor = at + 12 + nameSize + align - 1 & -align;
      if (descriptor + length > end) {
        return;
      }
      StringBuilder owner = new StringBuilder();
      for (int i = 0; i + 1 < nameSize; i++) {
        owner.append((char) (file.get((int) at + 12 + i) & 0xff));
      }
      notes.add(
          new Note(owner.toString(), file.getInt((int) at + 8), (int) descriptor, (int) length));
      at = descriptor + length + align - 1 & -align;
    }
  }

  /** The bytes of a note's descriptor. */
  ByteBuffer descriptor(Note note) {
    return file.slice(note.offset, note.length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
