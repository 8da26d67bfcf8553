package jvisor.cpu.mmu;

/** Hears of accesses to memory, once each has been done. It must change nothing. */
public interface AccessWatcher {
  /**
   * {@code size} (1, 2, 4 or 8) bytes at {@code la} have been loaded or stored.
   *
   * @param system whether the processor itself asked (descriptor tables, TSS), with its own rights
   */
  void memory(long la, int size, boolean write, long value, boolean system);

  /** {@code size} bytes at {@code gpa} have been read from or written to a device's registers. */
  void device(long gpa, int size, boolean write, long value);
}
