package jvisor.cpu.interpreter;

import java.util.Arrays;

/** Which physical page the code of a linear page is on, direct-mapped; for one context each. */
final class FetchCache {
  private static final int SIZE = 1 << 9;
  private static final long NONE = -1;
  private static final long PAGE_MASK = -4096L;

  private final long[] pages = new long[SIZE];
  private final long[] contexts = new long[SIZE];
  private final long[] frames = new long[SIZE];

  FetchCache() {
    Arrays.fill(contexts, NONE);
  }

  /** The gpa of {@code la} as entered in {@code context}, or a negative number. */
  long find(long la, long context) {
    int slot = (int) (la >>> 12) & SIZE - 1;
    return contexts[slot] == context && pages[slot] == (la & PAGE_MASK)
        ? frames[slot] | la & ~PAGE_MASK
        : NONE;
  }

  void put(long la, long context, long gpa) {
    int slot = (int) (la >>> 12) & SIZE - 1;
    pages[slot] = la & PAGE_MASK;
    contexts[slot] = context;
    frames[slot] = gpa & PAGE_MASK;
  }
}
