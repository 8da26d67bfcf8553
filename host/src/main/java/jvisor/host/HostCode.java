package jvisor.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** Host code in memory that is first written and then executed, never both at a time. */
final class HostCode {
  private static final int PROT_READ_EXECUTE = 5;

  private HostCode() {}

  /**
   * Puts code where it can be executed for as long as this process lives; answers its hva, or 0 if
   * the host does not allow that.
   */
  @SuppressWarnings("restricted")
  static long install(byte[] code) {
    Optional<MemorySegment> symbol = Linker.nativeLinker().defaultLookup().find("mprotect");
    if (symbol.isEmpty()) {
      return 0;
    }
    MethodHandle protect =
        Linker.nativeLinker()
            .downcallHandle(
                symbol.get(), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    HostMapping mapping = HostMapping.reserve(code.length);
    HostMemory.copyIn(mapping.hva(), code, 0, code.length);
    try {
      int failed = (int) protect.invokeExact(mapping.hva(), (long) code.length, PROT_READ_EXECUTE);
      if (failed == 0) {
        return mapping.hva();
      }
    } catch (Throwable t) {
      throw new IllegalStateException("mprotect", t);
    }
    mapping.close();
    return 0;
  }
}
