package jvisor.cpu.oracle;

/**
 * The address space in which cases run, the same on the host and on the interpreter. All other
 * addresses below 2^47 are unmapped but those that only the host's own program uses.
 */
final class Layout {
  /** Two pages that can be read and written meet in the middle of this window. */
  static final long WINDOW = 0x10_0c00;

  static final int WINDOW_SIZE = 0x800;
  static final long WINDOW_PAGE = 0x10_0000;

  /** The end of a page that can be read and written, after which nothing is mapped. */
  static final long EDGE = 0x10_4f00;

  static final int EDGE_SIZE = 0x100;
  static final long EDGE_PAGE = 0x10_4000;

  /**
   * Where segments of 16-bit offsets begin: such that the lower halves of registers in {@link
   * StandardState} point into the window.
   */
  static final long SEGMENTS = WINDOW - 0xfd0;

  /** A page that can be read only. */
  static final long CONSTANTS = 0x10_8000;

  /** Two pages of INT3 that can be written and executed; instructions stand near their middle. */
  static final long CODE_PAGE = 0x20_0000;

  static final int CODE_PAGES = 0x2000;
  static final long CODE = 0x20_0800;

  /** Bytes that are written for an instruction. */
  static final int CODE_SIZE = 16;

  static final int INT3 = 0xcc;
  static final int PAGE = 4096;

  /** The selectors that Linux gives to programs. */
  static final int CODE32 = 0x23;

  static final int DATA = 0x2b;
  static final int CODE64 = 0x33;

  /**
   * The bits that the stack pointer may have where the stack segment is one of 16-bit offsets: the
   * way into such a case leaves the upper half of ESP as it was, which is where entries are made.
   */
  static final long SMALL_STACK_POINTER = 0xff_ffff;

  private Layout() {}

  /** A byte of the constants page. */
  static byte constant(int offset) {
    return (byte) (offset * 0x9e3779b1 >>> 24);
  }
}
