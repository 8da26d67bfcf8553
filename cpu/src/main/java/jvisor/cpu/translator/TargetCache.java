package jvisor.cpu.translator;

import jvisor.host.HostMapping;
import jvisor.host.HostMemory;

/**
 * Where the code for a linear address is, for branches whose target is not known to be in the same
 * page: direct-mapped, one per processor, off-heap, because emitted code looks it up. An entry is
 * {@code {linear address, context, hva of the code, unused}}, eight bytes each; it holds only in
 * the context (address space, rights, code width) in which it was entered. Programs lie at the same
 * addresses, so contexts share a few tables. An entry of zeros is empty: a context whose code is
 * translated is not 0, as it says how wide that is.
 */
final class TargetCache implements AutoCloseable {
  static final int ENTRIES = 1 << 17;
  static final int ENTRY_SHIFT = 5;
  static final int CONTEXT = 8;
  static final int CODE = 16;

  /** The index is the address exclusive-or the address shifted right by this, cut to the size. */
  static final int FOLD = 15;

  private static final int TABLES = 4;

  /** Where a context names the address space; see {@code Mmu.fetchContext}. */
  private static final int SPACE_SHIFT = 3;

  private static final int SPACE_MASK = 0x1fff;

  private final HostMapping mapping = HostMapping.reserve((long) TABLES * ENTRIES << ENTRY_SHIFT);

  /** The hva of the table for {@code context}. */
  long table(long context) {
    long space = context >>> SPACE_SHIFT & SPACE_MASK;
    long number = space == 0 ? 0 : 1 + space % (TABLES - 1);
    return mapping.hva() + (number * ENTRIES << ENTRY_SHIFT);
  }

  /** From now on {@code la} in {@code context} is the code at {@code codeHva}. */
  void put(long la, long context, long codeHva) {
    long entry = entry(table(context), la);
    HostMemory.putLong(entry, la);
    HostMemory.putLong(entry + CONTEXT, context);
    HostMemory.putLong(entry + CODE, codeHva);
  }

  /** Whether there is an entry for {@code la} in {@code context}. */
  boolean holds(long la, long context) {
    long entry = entry(table(context), la);
    return HostMemory.getLong(entry) == la && HostMemory.getLong(entry + CONTEXT) == context;
  }

  /** Whether the entry where that for {@code la} would be is one of {@code context}. */
  boolean isTaken(long la, long context) {
    return HostMemory.getLong(entry(table(context), la) + CONTEXT) == context;
  }

  /**
   * Where {@code la} is the code at hva {@code from}, it is that at {@code to} from now on; any
   * thread. If the processor changes an entry meanwhile, its code is what the processor says.
   */
  void moved(long la, long from, long to) {
    for (int table = 0; table < TABLES; table++) {
      long entry = entry(mapping.hva() + ((long) table * ENTRIES << ENTRY_SHIFT), la);
      if (HostMemory.getLong(entry) == la) {
        HostMemory.compareAndSet(entry + CODE, Long.BYTES, from, to);
      }
    }
  }

  private static long entry(long table, long la) {
    return table + (((la ^ la >>> FOLD) & ENTRIES - 1) << ENTRY_SHIFT);
  }

  /** Forgets everything. */
  void clear() {
    mapping.discard(0, mapping.size());
  }

  @Override
  public void close() {
    mapping.close();
  }
}
