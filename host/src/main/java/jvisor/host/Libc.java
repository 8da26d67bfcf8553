package jvisor.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Locale;

/** What this package calls in the C library, with the numbers that Linux gives to the options. */
final class Libc {
  static final int PROT_NONE = 0;
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int PROT_EXEC = 4;
  static final int MAP_SHARED = 0x1;
  static final int MAP_PRIVATE = 0x2;
  static final int MAP_FIXED = 0x10;
  static final int MAP_ANONYMOUS = 0x20;
  static final int MAP_NORESERVE = 0x4000;
  static final int MADV_DONTNEED = 4;
  static final int MADV_HUGEPAGE = 14;

  /** Whether the numbers above are this host's. */
  static final boolean LINUX =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");

  /** Whether this host's processor is an x86-64 one. */
  static final boolean X86 = System.getProperty("os.arch", "").equals("amd64");

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

  private Libc() {}

  /** A handle for a function, or for one that does nothing and answers 0 where there is none. */
  @SuppressWarnings("restricted")
  static MethodHandle function(String name, FunctionDescriptor descriptor) {
    MemorySegment symbol = LINKER.defaultLookup().find(name).orElse(MemorySegment.NULL);
    return symbol.equals(MemorySegment.NULL)
        ? MethodHandles.empty(descriptor.toMethodType())
        : LINKER.downcallHandle(symbol, descriptor);
  }

  /** mmap(2); answers the hva, or -1. */
  static long mmap(long hva, long length, int protection, int flags, int file) {
    try {
      return (long) MMAP.invokeExact(hva, length, protection, flags, file, 0L);
    } catch (Throwable t) {
      throw new IllegalStateException("mmap", t);
    }
  }

  /** munmap(2). */
  static void munmap(long hva, long length) {
    try {
      int ignored = (int) MUNMAP.invokeExact(hva, length);
    } catch (Throwable t) {
      throw new IllegalStateException("munmap", t);
    }
  }

  /** madvise(2); that it may be refused does not matter to anyone. */
  static void madvise(long hva, long length, int advice) {
    try {
      int ignored = (int) MADVISE.invokeExact(hva, length, advice);
    } catch (Throwable t) {
      throw new IllegalStateException("madvise", t);
    }
  }
}
