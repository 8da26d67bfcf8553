package jvisor.cpu.translator;

import jvisor.host.HostMapping;
import jvisor.host.HostMemory;

/** How often a processor has entered each translation: eight bytes each, off-heap, by number. */
final class ExecutionCounts implements AutoCloseable {
  static final int ENTRY_SHIFT = 3;

  private final HostMapping mapping;

  /** Room for {@code translations}; what is not used costs nothing. */
  ExecutionCounts(long translations) {
    mapping = HostMapping.reserve(translations << ENTRY_SHIFT);
  }

  /** The hva of the table. */
  long hva() {
    return mapping.hva();
  }

  /** The count of translation {@code number}. */
  long of(int number) {
    return HostMemory.getLong(mapping.hva() + ((long) number << ENTRY_SHIFT));
  }

  /** All are zero again. */
  void clear() {
    mapping.discard(0, mapping.size());
  }

  @Override
  public void close() {
    mapping.close();
  }
}
