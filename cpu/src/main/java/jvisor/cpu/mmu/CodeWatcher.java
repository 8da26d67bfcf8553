package jvisor.cpu.mmu;

/**
 * The code cache as the memory unit sees it: it wants to know of stores to bytes it has decoded.
 */
public interface CodeWatcher {
  /** Whether the page at {@code gpa} holds decoded code, so that stores to it must be reported. */
  boolean holdsCode(long gpa);

  /** {@code length} bytes at {@code gpa}, all in one page, have been or are about to be changed. */
  void codeWritten(long gpa, int length);
}
