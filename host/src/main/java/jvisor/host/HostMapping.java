package jvisor.host;

import java.lang.foreign.Arena;

/**
 * A range of zeroed host memory that the operating system populates on first touch. Close it once
 * no thread can reach it any more; a later access through {@link HostMemory} is undefined.
 *
 * <p>Under Linux no two ranges touch: before each and behind its last page lies at least one page
 * that can be neither read nor written. That costs the process two entries in its list of mappings,
 * of which Linux allows 65,530.
 */
public final class HostMapping implements AutoCloseable {
  /** Ranges are aligned to this many bytes, so that huge pages can back them. */
  public static final long ALIGNMENT = 2L << 20;

  private final long hva;
  private final long size;
  private final AutoCloseable release;

  private HostMapping(long hva, long size, AutoCloseable release) {
    this.hva = hva;
    this.size = size;
    this.release = release;
  }

  /**
   * Reserves {@code size} bytes of zeroes. No host memory is used before the first touch.
   *
   * @throws OutOfMemoryError if the address space or the host's overcommit limit is exhausted
   */
  public static HostMapping reserve(long size) {
    if (!Libc.LINUX) {
      Arena arena = Arena.ofShared();
      return new HostMapping(arena.allocate(size, ALIGNMENT).address(), size, arena);
    }
    long page = GuardedMapping.PAGE;
    GuardedMapping memory =
        GuardedMapping.anonymous(
                (size + page - 1) & -page, ALIGNMENT, Libc.PROT_READ | Libc.PROT_WRITE)
            .orElseThrow(
                () -> new OutOfMemoryError("cannot reserve " + size + " bytes of host memory"));
    HostMapping mapping = new HostMapping(memory.hva(), size, memory::unmap);
    Libc.madvise(memory.hva(), size, Libc.MADV_HUGEPAGE);
    return mapping;
  }

  /** First host virtual address of the range. */
  public long hva() {
    return hva;
  }

  /** Length in bytes. */
  public long size() {
    return size;
  }

  /** Gives a page-aligned part back to the host; it reads as zeroes afterwards. */
  public void discard(long offset, long length) {
    if (offset < 0 || length < 0 || offset + length > size) {
      throw new IllegalArgumentException("outside the mapping: " + offset + "+" + length);
    }
    if (Libc.LINUX) {
      Libc.madvise(hva + offset, length, Libc.MADV_DONTNEED);
    } else {
      HostMemory.fill(hva + offset, length, 0);
    }
  }

  @Override
  public void close() {
    try {
      release.close();
    } catch (Exception e) {
      throw new IllegalStateException("cannot release host memory", e);
    }
  }
}
