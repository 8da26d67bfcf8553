package jvisor.cpu.translator;

import java.util.Arrays;
import java.util.function.Consumer;
import jvisor.cpu.interpreter.Block;
import org.jspecify.annotations.Nullable;

/**
 * To which blocks of a page of guest memory branches have led that were not linked, on one
 * processor: programs run in many address spaces, one after the other, and in a new one each of
 * these targets is unknown at first. The first branch to a page tells all of them.
 */
final class PageTargets {
  /** Pages that are remembered, and places at which they are. */
  private static final int PAGES = 1 << 11;

  /** The most blocks of a page. */
  private static final int BLOCKS = 32;

  private static final int PAGE_SHIFT = 12;

  /** Spreads contexts, which differ in few bits. */
  private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

  private static final int SPREAD_SHIFT = 64 - 11;

  /** By gpa: which page, with what it is decoded as. */
  private final long[] keys = new long[PAGES];

  private final @Nullable Block[][] blocks = new @Nullable Block[PAGES][];
  private final int[] oldest = new int[PAGES];

  /** By linear address and context: which pages have been told. */
  private final long[] toldAddresses = new long[PAGES];

  private final long[] toldContexts = new long[PAGES];

  /**
   * A branch has led to {@code block}, for which there was no entry at {@code la} in {@code
   * context}. If it is the first one that leads to the page, {@code others} are to be entered too.
   */
  void add(Block block, long la, long context, Consumer<Block> others) {
    if (block.straddles()) {
      return;
    }
    int page = index(block.gpa() >>> PAGE_SHIFT, 0);
    long key = block.gpa() >>> PAGE_SHIFT << 1 | (block.isNarrow() ? 1 : 0);
    @Nullable Block[] known = blocks[page];
    if (known == null || keys[page] != key) {
      known = new @Nullable Block[BLOCKS];
      blocks[page] = known;
      keys[page] = key;
    }
    boolean old = false;
    boolean told = isTold(la >>> PAGE_SHIFT, context);
    for (Block other : known) {
      if (other == block) {
        old = true;
      } else if (other != null && !told && other.translation() >= 0) {
        others.accept(other);
      }
    }
    if (!old) {
      known[oldest[page]++ & BLOCKS - 1] = block;
    }
  }

  /** Whether a page has been told in this context; from now on it has. */
  private boolean isTold(long linearPage, long context) {
    int place = index(linearPage, context);
    boolean told = toldAddresses[place] == linearPage && toldContexts[place] == context;
    toldAddresses[place] = linearPage;
    toldContexts[place] = context;
    return told;
  }

  /** No page has been told. */
  void clear() {
    Arrays.fill(toldContexts, 0);
  }

  private static int index(long page, long context) {
    return (int) ((page ^ context * SPREAD) * SPREAD >>> SPREAD_SHIFT);
  }
}
