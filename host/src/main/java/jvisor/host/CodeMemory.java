package jvisor.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/**
 * Memory for machine code, mapped twice: at one hva it is written and cannot run, at another it
 * runs and cannot be written. A page before and one after each of them can be neither read nor
 * written. Close it once no thread can run in it any more.
 *
 * <p>Only the processors of one architecture and one operating system are served: x86-64 under
 * Linux. Stores reach instruction fetches there without a flush; a thread that is running the very
 * bytes that change may see the old ones until it next serializes (SDM volume 3, "Handling Self-
 * and Cross-Modifying Code").
 */
public final class CodeMemory implements AutoCloseable {
  /** The unit of sizes. */
  public static final int PAGE = 4096;

  /** What one displacement can cross in either direction. */
  public static final long MAXIMUM = 1L << 30;

  private static final int MFD_CLOEXEC = 1;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle MEMFD_CREATE =
      Libc.function("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle FTRUNCATE =
      Libc.function("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle CLOSE =
      Libc.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle CALL = call();
  private static final boolean SUPPORTED = probe();

  private final GuardedMapping writable;
  private final GuardedMapping executable;

  private final long size;

  private CodeMemory(GuardedMapping writable, GuardedMapping executable, long size) {
    this.writable = writable;
    this.executable = executable;
    this.size = size;
  }

  /** Whether this host runs emitted x86-64 code, and lets us map some. */
  public static boolean isSupported() {
    return SUPPORTED;
  }

  /**
   * Reserves memory of zeroes, populated on first touch.
   *
   * @param size bytes, a multiple of {@link #PAGE} up to {@link #MAXIMUM}
   * @throws IllegalStateException if the host refuses it
   */
  public static CodeMemory reserve(long size) {
    if (size <= 0 || size > MAXIMUM || size % PAGE != 0) {
      throw new IllegalArgumentException("a size for code: " + size);
    }
    int file = memoryFile(size);
    try {
      GuardedMapping writable = map(file, size, Libc.PROT_READ | Libc.PROT_WRITE);
      try {
        GuardedMapping executable = map(file, size, Libc.PROT_READ | Libc.PROT_EXEC);
        return new CodeMemory(writable, executable, size);
      } catch (IllegalStateException e) {
        writable.unmap();
        throw e;
      }
    } finally {
      close(file);
    }
  }

  /** hva at which the code is written. */
  public long writable() {
    return writable.hva();
  }

  /** hva at which it runs. */
  public long executable() {
    return executable.hva();
  }

  /** Bytes. */
  public long size() {
    return size;
  }

  /** Writes {@code code[from…]} at an offset. */
  public void write(long offset, byte[] code, int from, int length) {
    Objects.checkFromIndexSize(from, length, code.length);
    Objects.checkFromIndexSize(offset, length, size());
    HostMemory.copyIn(writable() + offset, code, from, length);
  }

  /**
   * Writes four bytes at an offset, which lie in one aligned group of eight, in a single step: a
   * thread that runs there meets all of them or none (AMD APM volume 2, "Cross-Modifying Code";
   * Intel promises as much of no instruction, but keeps it for the distance of a jump). Nobody else
   * writes to the group meanwhile.
   */
  public void patch(long offset, int value) {
    Objects.checkFromIndexSize(offset, Integer.BYTES, size());
    HostMemory.replace(writable() + offset, value);
  }

  /** The function at an offset, to be kept by whoever calls it often. */
  public Function at(long offset) {
    Objects.checkIndex(offset, size());
    return new Function(MemorySegment.ofAddress(executable() + offset));
  }

  @Override
  public void close() {
    executable.unmap();
    writable.unmap();
  }

  /** Machine code that keeps the System V calling convention. */
  public static final class Function {
    private final MemorySegment address;

    private Function(MemorySegment address) {
      this.address = address;
    }

    /**
     * Calls it: the arguments arrive in RDI, RSI and RDX, and RAX is the answer. The garbage
     * collector does not wait for it, so it may take as long as it likes.
     */
    public long call(long first, long second, long third) {
      try {
        return (long) CALL.invokeExact(address, first, second, third);
      } catch (Throwable t) {
        throw new IllegalStateException("a call of emitted code", t);
      }
    }
  }

  private static GuardedMapping map(int file, long size, int protection) {
    return GuardedMapping.map(size, HostMapping.ALIGNMENT, protection, Libc.MAP_SHARED, file)
        .orElseThrow(() -> refused(size));
  }

  private static boolean probe() {
    if (!Libc.LINUX || !Libc.X86) {
      return false;
    }
    try (CodeMemory page = reserve(PAGE)) {
      return page.size() == PAGE;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static int memoryFile(long size) {
    try (Arena arena = Arena.ofConfined()) {
      int file = (int) MEMFD_CREATE.invokeExact(arena.allocateFrom("jvisor-code"), MFD_CLOEXEC);
      if (file >= 0 && (int) FTRUNCATE.invokeExact(file, size) != 0) {
        close(file);
        file = -1;
      }
      if (file >= 0) {
        return file;
      }
    } catch (Throwable t) {
      throw new IllegalStateException("memfd_create", t);
    }
    throw refused(size);
  }

  private static void close(int file) {
    try {
      int ignored = (int) CLOSE.invokeExact(file);
    } catch (Throwable t) {
      throw new IllegalStateException("close", t);
    }
  }

  private static IllegalStateException refused(long size) {
    return new IllegalStateException("the host refuses " + size + " bytes of memory for code");
  }

  @SuppressWarnings("restricted")
  private static MethodHandle call() {
    return LINKER.downcallHandle(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  }
}
