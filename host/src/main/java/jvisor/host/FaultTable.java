package jvisor.host;

import java.lang.invoke.VarHandle;

/**
 * The guarded code, in a page of memory that the handlers of {@link FaultHandler} read at any time.
 *
 * <p>The first 8 bytes tell how many entries have ever been used; entries of 64 bytes follow from
 * offset 64 on. An entry begins with a counter, which is odd while the entry holds. A handler that
 * finds the counter changed after it has read the rest reads again.
 */
final class FaultTable {
  static final int ENTRY = 64;
  static final int START = 8;
  static final int LENGTH = 16;
  static final int RECOVERY = 24;
  static final int DISPLACEMENT = 32;
  static final int BASE = 40;
  static final int BASE_MASK = 48;

  static final int ENTRIES = 4096 / ENTRY - 1;

  /** The register of a record that lies at one address for all. */
  static final int NO_BASE = -1;

  /** Offsets in ucontext_t of the registers by their numbers, RAX to R15. */
  private static final int[] REGISTERS = {
    144, 152, 136, 128, 160, 120, 112, 104, 40, 48, 56, 64, 72, 80, 88, 96
  };

  private final long hva = HostMapping.reserve(4096).hva();

  /** Where the handlers find it; it stays for as long as they do. */
  long hva() {
    return hva;
  }

  /** Adds code and answers its entry's number. */
  synchronized int add(CodeMemory code, long recovery, int base, long displacement) {
    int used = (int) HostMemory.getLong(hva);
    int number = 0;
    while (number < used && (HostMemory.getLong(entry(number)) & 1) != 0) {
      number++;
    }
    if (number == ENTRIES) {
      throw new IllegalStateException("too much emitted code is guarded: " + ENTRIES + " ranges");
    }
    long at = entry(number);
    HostMemory.putLong(at + START, code.executable());
    HostMemory.putLong(at + LENGTH, code.size());
    HostMemory.putLong(at + RECOVERY, recovery);
    HostMemory.putLong(at + DISPLACEMENT, displacement);
    HostMemory.putLong(at + BASE, REGISTERS[Math.max(base, 0)]);
    HostMemory.putLong(at + BASE_MASK, base == NO_BASE ? 0 : -1);
    count(at);
    HostMemory.putLong(hva, Math.max(used, number + 1));
    VarHandle.fullFence();
    return number;
  }

  /** Takes an entry out. */
  synchronized void remove(int number) {
    count(entry(number));
  }

  private long entry(int number) {
    return hva + (long) (1 + number) * ENTRY;
  }

  private static void count(long entry) {
    VarHandle.fullFence();
    HostMemory.putLong(entry, HostMemory.getLong(entry) + 1);
    VarHandle.fullFence();
  }
}
