package jvisor.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * A range of zeroed host memory that the operating system populates on first touch. Close it once
 * no thread can reach it any more; a later access through {@link HostMemory} is undefined.
 */
public final class HostMapping implements AutoCloseable {
  /** Ranges are aligned to this many bytes, so that huge pages can back them. */
  public static final long ALIGNMENT = 2L << 20;

  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;
  private static final int MADV_HUGEPAGE = 14;
  private static final int MADV_DONTNEED = 4;
  private static final boolean LINUX =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MUNMAP =
      function("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle MADVISE =
      function("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

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
    if (!LINUX) {
      Arena arena = Arena.ofShared();
      return new HostMapping(arena.allocate(size, ALIGNMENT).address(), size, arena);
    }
    long span = size + ALIGNMENT;
    long raw = map(span);
    if (raw < 0) {
      throw new OutOfMemoryError("cannot reserve " + size + " bytes of host memory");
    }
    long start = (raw + ALIGNMENT - 1) & -ALIGNMENT;
    HostMapping mapping = new HostMapping(start, size, () -> unmap(raw, span));
    advise(start, size, MADV_HUGEPAGE);
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
    if (LINUX) {
      advise(hva + offset, length, MADV_DONTNEED);
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

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    MemorySegment symbol = LINKER.defaultLookup().find(name).orElse(MemorySegment.NULL);
    return symbol.equals(MemorySegment.NULL)
        ? java.lang.invoke.MethodHandles.empty(descriptor.toMethodType())
        : LINKER.downcallHandle(symbol, descriptor);
  }

  private static long map(long length) {
    try {
      return (long)
          MMAP.invokeExact(0L, length, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
    } catch (Throwable t) {
      throw new IllegalStateException("mmap", t);
    }
  }

  private static void unmap(long start, long length) {
    try {
      int ignored = (int) MUNMAP.invokeExact(start, length);
    } catch (Throwable t) {
      throw new IllegalStateException("munmap", t);
    }
  }

  private static void advise(long start, long length, int advice) {
    try {
      int ignored = (int) MADVISE.invokeExact(start, length, advice);
    } catch (Throwable t) {
      throw new IllegalStateException("madvise", t);
    }
  }
}
