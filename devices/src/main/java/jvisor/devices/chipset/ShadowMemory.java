package jvisor.devices.chipset;

import jvisor.platform.GuestMemory;

/**
 * The 256 KiB below 1 MiB, where the PAM registers choose, segment by segment and apart for reads
 * and writes, between RAM and what lies behind the chipset: the firmware's ROM or nothing.
 *
 * <p>The frame behind a RAM page may be replaced at any time while the page is readable and
 * writable ({@link GuestMemory#moveFrame}); so the frame is asked for again before each change, and
 * remembered only while it is hidden.
 */
final class ShadowMemory {
  /** A segment's mode: reads come from RAM. */
  static final int READ = 1;

  /** A segment's mode: writes go to RAM. */
  static final int WRITE = 2;

  /** Segments 0–11 are 16 KiB each from 0xC0000 on, segment 12 is the 64 KiB at 0xF0000. */
  static final int SEGMENTS = 13;

  private static final long BASE = 0xc_0000;
  private static final long TOP = 0x10_0000;
  private static final int PAGE = GuestMemory.PAGE;
  private static final int PAGES = (int) (TOP - BASE) / PAGE;
  private static final int SEGMENT_PAGES = 4;
  private static final int LARGEST_ALIAS = 128 << 10;

  private final GuestMemory memory;
  private final long[] ram = new long[PAGES];
  private final long[] rom = new long[PAGES];
  private final int[] modes = new int[SEGMENTS];

  /** Takes over the area; everything in it goes to the bus at first. */
  ShadowMemory(GuestMemory memory) {
    this.memory = memory;
    for (int page = 0; page < PAGES; page++) {
      ram[page] = memory.writableFrame(gpa(page));
      memory.remap(gpa(page), 0, 0);
    }
  }

  private static long gpa(int page) {
    return BASE + (long) page * PAGE;
  }

  /**
   * Maps a firmware image at the top of 4 GiB, and its last 128 KiB (or all of it) below 1 MiB for
   * the segments that are not RAM.
   */
  void install(byte[] image) {
    memory.mapRom(GuestMemory.HIGH_BASE - image.length, image);
    int alias = Math.min(image.length, LARGEST_ALIAS);
    for (int page = PAGES - alias / PAGE; page < PAGES; page++) {
      rom[page] = memory.readableFrame(GuestMemory.HIGH_BASE - TOP + gpa(page));
    }
    for (int segment = 0; segment < SEGMENTS; segment++) {
      map(segment, modes[segment], modes[segment]);
    }
  }

  /** Sets a segment's mode, {@link #READ} and {@link #WRITE} or-ed together. */
  void mode(int segment, int mode) {
    if (modes[segment] != mode) {
      map(segment, modes[segment], mode);
      modes[segment] = mode;
    }
  }

  private void map(int segment, int old, int mode) {
    int first = segment * SEGMENT_PAGES;
    int end = segment == SEGMENTS - 1 ? PAGES : first + SEGMENT_PAGES;
    for (int page = first; page < end; page++) {
      long gpa = gpa(page);
      if ((old & WRITE) != 0) {
        ram[page] = memory.writableFrame(gpa);
      }
      memory.remap(
          gpa, (mode & READ) != 0 ? ram[page] : rom[page], (mode & WRITE) != 0 ? ram[page] : 0);
    }
  }
}
