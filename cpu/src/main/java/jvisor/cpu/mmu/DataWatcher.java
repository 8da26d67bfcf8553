package jvisor.cpu.mmu;

/** Hears of accesses to watched pages: data breakpoints. */
@FunctionalInterface
public interface DataWatcher {
  /** {@code size} bytes at {@code la}, all in one page, are read or written; must not fault. */
  void accessed(long la, int size, boolean write);
}
