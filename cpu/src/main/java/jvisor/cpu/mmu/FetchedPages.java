package jvisor.cpu.mmu;

import java.util.Arrays;

/**
 * From which linear pages instructions have been fetched since the last time it mattered: a set
 * that may hold too much, but never too little. Pages of every address space are one.
 */
final class FetchedPages {
  private static final int SMALL = 12;
  private static final int LARGE = 21;
  private static final int BITS = 1 << 12;

  /** By 4 KiB page. */
  private final long[] small = new long[BITS / 64];

  /** By 4 MiB, for pages of 2 and 4 MiB. */
  private final long[] large = new long[BITS / 64];

  private boolean huge;

  /** Something at {@code la} has been fetched from a page of 2^{@code shift} bytes. */
  void add(long la, int shift) {
    if (shift == SMALL) {
      mark(small, la >>> SMALL);
    } else if (shift <= LARGE + 1) {
      mark(large, la >>> LARGE + 1);
    } else {
      huge = true;
    }
  }

  /** Whether something may have been fetched from the page, of whatever size, that holds this. */
  boolean mayHold(long la) {
    return huge || isMarked(small, la >>> SMALL) || isMarked(large, la >>> LARGE + 1);
  }

  /** Nothing has been fetched. */
  void clear() {
    Arrays.fill(small, 0);
    Arrays.fill(large, 0);
    huge = false;
  }

  private static void mark(long[] bits, long number) {
    bits[(int) (number >>> 6) & bits.length - 1] |= 1L << number;
  }

  private static boolean isMarked(long[] bits, long number) {
    return (bits[(int) (number >>> 6) & bits.length - 1] & 1L << number) != 0;
  }
}
