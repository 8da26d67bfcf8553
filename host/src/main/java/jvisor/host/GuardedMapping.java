package jvisor.host;

import java.util.Optional;

/**
 * Host memory of a process between pages that can be neither read nor written, so that code which
 * runs off one mapping does not reach the next. Linux only.
 *
 * @param hva where the memory begins
 * @param start where what is mapped for it begins
 * @param span bytes that are mapped for it
 */
record GuardedMapping(long hva, long start, long span) {
  /** What a mapping is a multiple of; a guard has at least as much. */
  static final long PAGE = Libc.X86 ? 4096 : 65_536;

  private static final int RESERVED = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE;

  /** Maps memory without a file, as {@link #map} does. */
  static Optional<GuardedMapping> anonymous(long size, long alignment, int protection) {
    return map(size, alignment, protection, RESERVED, -1);
  }

  /**
   * Maps memory, if the host lets us.
   *
   * @param size bytes, a multiple of {@link #PAGE}
   * @param alignment of the hva, a power of two not below {@link #PAGE}
   * @param file a file descriptor, or -1
   */
  static Optional<GuardedMapping> map(
      long size, long alignment, int protection, int flags, int file) {
    long span = size + alignment + 2 * PAGE;
    long start = Libc.mmap(0, span, Libc.PROT_NONE, RESERVED, -1);
    if (start == -1) {
      return Optional.empty();
    }
    long hva = (start + PAGE + alignment - 1) & -alignment;
    if (Libc.mmap(hva, size, protection, flags | Libc.MAP_FIXED, file) == -1) {
      Libc.munmap(start, span);
      return Optional.empty();
    }
    return Optional.of(new GuardedMapping(hva, start, span));
  }

  /** Gives all of it back. */
  void unmap() {
    Libc.munmap(start, span);
  }
}
