package jvisor.machine.boot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import jvisor.devices.fwcfg.E820Entry;
import jvisor.machine.BootException;
import jvisor.platform.GuestMemory;

/**
 * Guest memory while a kernel is being placed in it: what is RAM, what is taken already, and lines
 * for people when something does not fit.
 */
final class BootMemory {
  private static final long PAGE = GuestMemory.PAGE;
  private static final long MIB = 1 << 20;
  private static final byte[] ZEROES = new byte[1 << 16];

  private final BootTarget target;
  private final List<Range> ram = new ArrayList<>();
  private final List<Range> taken = new ArrayList<>();

  /** Starts with the area for boot information taken. */
  BootMemory(BootTarget target) {
    this.target = target;
    for (E820Entry entry : target.memoryMap()) {
      if (entry.type() == E820Entry.RAM) {
        ram.add(new Range(entry.base(), entry.base() + entry.length()));
      }
    }
    ram.sort(Comparator.comparingLong(Range::start));
    taken.add(BootArea.RANGE);
  }

  BootTarget target() {
    return target;
  }

  /** Takes addresses at which {@code file} must lie; parts of one kernel may touch each other. */
  void take(HostFile file, Range range) throws BootException {
    if (range.overlaps(BootArea.RANGE)) {
      throw file.error(
          "wants to lie at 0x%x, where this machine puts boot information"
              .formatted(range.start()));
    }
    if (ram.stream().noneMatch(free -> free.contains(range))) {
      if (range.start() >= MIB && range.end() > lowTop()) {
        throw file.error("needs more memory; " + advice(range.end()));
      }
      throw file.error("wants to lie at 0x%x, where there is no RAM".formatted(range.start()));
    }
    taken.add(range);
  }

  /** The gpa behind the last RAM below 4 GiB. */
  private long lowTop() {
    return ram.stream()
        .filter(range -> range.start() < GuestMemory.HIGH_BASE)
        .mapToLong(Range::end)
        .max()
        .orElse(0);
  }

  private static String advice(long bytes) {
    long size = 64 * MIB;
    while (size < bytes + bytes / 4) {
      size += 64 * MIB;
    }
    return "give the machine at least --memory " + size / MIB + "M";
  }

  /**
   * Copies the whole of {@code file} to free RAM, page-aligned and as high as it can be.
   *
   * @param limit no byte at or above this gpa
   */
  Range placeHigh(HostFile file, long limit) throws BootException {
    long size = file.size();
    for (int i = ram.size() - 1; i >= 0; i--) {
      long end = Math.min(ram.get(i).end(), limit);
      OptionalLong start = highestFree(Math.max(ram.get(i).start(), MIB), end, size);
      if (start.isPresent()) {
        return copy(file, start.getAsLong(), size);
      }
    }
    throw doesNotFit(file, size);
  }

  private OptionalLong highestFree(long floor, long ceiling, long size) {
    long start = ceiling - size & -PAGE;
    while (start >= floor) {
      Range wanted = new Range(start, start + size);
      OptionalLong below = taken.stream().filter(wanted::overlaps).mapToLong(Range::start).min();
      if (below.isEmpty()) {
        return OptionalLong.of(start);
      }
      start = below.getAsLong() - size & -PAGE;
    }
    return OptionalLong.empty();
  }

  /** Copies the whole of {@code file} to the pages that follow what is taken above 1 MiB. */
  Range placeBehind(HostFile file) throws BootException {
    long size = file.size();
    long top = taken.stream().mapToLong(Range::end).max().orElse(MIB);
    long start = Math.max(top, MIB) + PAGE - 1 & -PAGE;
    Range range = new Range(start, start + size);
    if (ram.stream().noneMatch(free -> free.contains(range))) {
      throw doesNotFit(file, size);
    }
    return copy(file, start, size);
  }

  private Range copy(HostFile file, long start, long size) throws BootException {
    Range range = new Range(start, start + size);
    taken.add(range);
    file.copy(size, (offset, bytes, length) -> write(start + offset, bytes, 0, length));
    return range;
  }

  private BootException doesNotFit(HostFile file, long size) {
    long used = taken.stream().mapToLong(Range::end).max().orElse(0);
    return file.error(
        "its %d MiB do not fit into memory beside the kernel; %s"
            .formatted((size + MIB - 1) / MIB, advice(used + size)));
  }

  void write(long gpa, byte[] bytes, int offset, int length) {
    target.memory().write(gpa, bytes, offset, length);
  }

  void write(long gpa, byte[] bytes) {
    write(gpa, bytes, 0, bytes.length);
  }

  /** Writes the whole of {@code table}, whatever its position. */
  void write(long gpa, ByteBuffer table) {
    byte[] bytes = new byte[table.capacity()];
    table.get(0, bytes);
    write(gpa, bytes);
  }

  /** Writes {@code text} and the zero byte that ends it. */
  void writeText(long gpa, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    write(gpa, bytes);
    target.memory().write(gpa + bytes.length, 1, 0);
  }

  /** Writes zeroes, also over what an earlier start of the machine left behind. */
  void clear(Range range) {
    for (long gpa = range.start(); gpa < range.end(); gpa += ZEROES.length) {
      write(gpa, ZEROES, 0, (int) Math.min(ZEROES.length, range.end() - gpa));
    }
  }
}
