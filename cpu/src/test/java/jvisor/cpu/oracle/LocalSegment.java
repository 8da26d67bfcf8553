package jvisor.cpu.oracle;

import org.jspecify.annotations.Nullable;

/**
 * The segments of the local descriptor table, the same on the host and on our processors: those of
 * 16-bit code, and others with bases, limits and types. Their numbers lie above those that random
 * selectors of other cases have.
 */
enum LocalSegment {
  /** 16-bit code that can be read; its addresses are such that the sign of 16 bits matters. */
  CODE_16(Layout.CODE_PAGE - 0x7ff0, 0xffff, Kind.CODE, 0),

  /** Data or a stack of 16-bit offsets, with all that cases use. */
  DATA_16(Layout.SEGMENTS, 0xffff, Kind.DATA, 0),

  /** A stack pointer of 32 bits; offsets below the base are near 4 GiB. */
  DATA_32(Layout.WINDOW_PAGE + Layout.PAGE, 0xfffff, Kind.DATA, Kind.BIG | Kind.PAGES),

  /** Ends within the window. */
  SHORT(Layout.SEGMENTS, 0x13ff, Kind.DATA, 0),

  /** Begins within the window. */
  EXPAND_DOWN(Layout.SEGMENTS, 0x13ff, Kind.STACK, 0),

  /** Begins within the window and reaches to 4 GiB. */
  EXPAND_DOWN_32(Layout.SEGMENTS, 0x13ff, Kind.STACK, Kind.BIG),

  /** Data that cannot be written. */
  READ_ONLY(Layout.SEGMENTS, 0xffff, Kind.DATA, Kind.PROTECTED),

  /** 32-bit code that cannot be read. */
  EXECUTE_ONLY(Layout.CODE_PAGE, 0xffff, Kind.CODE, Kind.BIG | Kind.PROTECTED),

  /** Data that is not present. */
  ABSENT(Layout.SEGMENTS, 0xffff, Kind.DATA, Kind.MISSING);

  /** Where the first stands in the table. */
  static final int FIRST = 16;

  /** Bytes of the table. */
  static final int TABLE_SIZE = 8 * (FIRST + values().length);

  private static final LocalSegment[] ALL = values();
  private static final int TABLE_BIT = 4;
  private static final int LEVEL = 3;
  private static final int ACCESSED = 0x100;
  private static final int SYSTEM_AND_LEVEL = 0x7000;
  private static final int PRESENT = 0x8000;

  /** First linear address; for those that expand down, what is added to offsets. */
  final long base;

  private final int limit;
  private final int contents;
  private final int options;

  LocalSegment(long base, int limit, int contents, int options) {
    this.base = base;
    this.limit = limit;
    this.contents = contents;
    this.options = options;
  }

  /** Numbers of the structure {@code user_desc} that modify_ldt(2) takes. */
  private static final class Kind {
    static final int DATA = 0;
    static final int STACK = 1;
    static final int CODE = 2;
    static final int BIG = 1;
    static final int PROTECTED = 8;
    static final int PAGES = 16;
    static final int MISSING = 32;

    private Kind() {}
  }

  /** The segment of a selector; null if it is none of these. */
  static @Nullable LocalSegment of(int selector) {
    int n = (selector >> 3) - FIRST;
    return (selector & TABLE_BIT) != 0 && n >= 0 && n < ALL.length ? ALL[n] : null;
  }

  /** The base of the segment that a selector means; that of all others is 0. */
  static long base(int selector) {
    LocalSegment segment = of(selector);
    return segment == null ? 0 : segment.base;
  }

  /** The selector with which programs name it. */
  int selector() {
    return index() << 3 | TABLE_BIT | LEVEL;
  }

  private int index() {
    return FIRST + ordinal();
  }

  /** Whether offsets in it, as a stack, have 32 bits. */
  boolean isBig() {
    return (options & Kind.BIG) != 0;
  }

  /** The last offset in it. */
  long end() {
    return contents != Kind.STACK ? lastOffset() : isBig() ? 0xffff_ffffL : 0xffff;
  }

  /** The sixteen bytes of {@code user_desc}, as two words. */
  long[] userDescriptor() {
    int flags = options | contents << 1;
    return new long[] {index() | base << 32, limit | (long) flags << 32};
  }

  /** The limit in bytes. */
  long lastOffset() {
    return (options & Kind.PAGES) != 0 ? (long) limit << 12 | 0xfff : limit;
  }

  /** The descriptor that Linux makes of it. */
  long descriptor() {
    int high = ACCESSED | SYSTEM_AND_LEVEL | contents << 10;
    high |= (options & Kind.PROTECTED) == 0 ? 0x200 : 0;
    high |= (options & Kind.MISSING) == 0 ? PRESENT : 0;
    high |= isBig() ? 0x40_0000 : 0;
    high |= (options & Kind.PAGES) != 0 ? 0x80_0000 : 0;
    high |= limit & 0xf_0000 | (int) base & 0xff00_0000 | (int) base >>> 16 & 0xff;
    return (long) high << 32 | (base & 0xffff) << 16 | limit & 0xffff;
  }
}
