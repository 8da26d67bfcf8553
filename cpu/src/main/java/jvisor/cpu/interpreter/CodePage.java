package jvisor.cpu.interpreter;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one physical page, in buckets by the 64-byte line in which they start. Processors
 * on threads of their own {@link #find} blocks while the holder of the machine's lock adds some.
 */
final class CodePage {
  private static final int LINES = 64;

  /** Stores to a page without code after which it is taken for one of data. */
  private static final int STORES_OF_DATA = 64;

  private final @Nullable Block[] lines = new @Nullable Block[LINES];
  private final List<Block> straddlers = new ArrayList<>(0);
  private long decodedLines;
  private int stores;

  /** Bit n: processor n may be running blocks of this page. */
  private volatile long processors;

  /** Adds a block that starts in this page. */
  void add(Block block) {
    int line = block.pageOffset() >> 6;
    stores = 0;
    block.sibling = lines[line];
    VarHandle.releaseFence();
    lines[line] = block;
    decodedLines |= lineMask(block.pageOffset(), Math.min(4096, block.pageOffset() + block.length));
  }

  /** Notes a block of the page before whose last instruction ends in this one. */
  void addStraddler(Block block) {
    straddlers.add(block);
    decodedLines |= lineMask(0, block.straddled());
  }

  /** The valid block that starts at {@code offset} and was decoded on {@code ground}. */
  @Nullable Block find(int offset, Ground ground) {
    for (Block b = lines[offset >> 6]; b != null; b = b.sibling) {
      if (b.pageOffset() == offset && b.ground == ground && b.isValid()) {
        return b;
      }
    }
    return null;
  }

  /** Processor {@code number} is going to run blocks of this page; for the lock's holder. */
  void enter(int number) {
    processors |= 1L << number;
  }

  /** Whether processor {@code number} may run blocks of this page. */
  boolean isEnteredBy(int number) {
    return (processors & 1L << number) != 0;
  }

  /** Whether any other one may. */
  boolean isEnteredByOthersThan(int number) {
    return (processors & ~(1L << number)) != 0;
  }

  /** Whether no decoded byte is left. */
  boolean isEmpty() {
    return decodedLines == 0;
  }

  /** Whether anything has been decoded in the lines of bytes {@code start … end-1}. */
  boolean overlaps(int start, int end) {
    return (decodedLines & lineMask(start, end)) != 0;
  }

  /**
   * One more store to the page, which has no code now; whether there have been so many of them that
   * there will hardly be any again. Programs that write code do that again and again in one page.
   */
  boolean fades() {
    return ++stores > STORES_OF_DATA;
  }

  /** Drops the blocks that have bytes in {@code start … end-1} of this page. */
  void invalidate(int start, int end) {
    if (!overlaps(start, end)) {
      return;
    }
    decodedLines = 0;
    for (int line = 0; line < LINES; line++) {
      Block kept = null;
      for (Block b = lines[line]; b != null; ) {
        Block following = b.sibling;
        int first = b.pageOffset();
        if (b.isValid() && (first >= end || first + b.length <= start)) {
          b.sibling = kept;
          kept = b;
          decodedLines |= lineMask(first, Math.min(4096, first + b.length));
        } else {
          b.invalidate();
        }
        b = following;
      }
      lines[line] = kept;
    }
    for (int i = straddlers.size() - 1; i >= 0; i--) {
      Block b = straddlers.get(i);
      if (b.isValid() && b.straddled() <= start) {
        decodedLines |= lineMask(0, b.straddled());
      } else {
        b.invalidate();
        straddlers.remove(i);
      }
    }
  }

  private static long lineMask(int start, int end) {
    int last = end - 1 >> 6;
    return -1L >>> 63 - last & -1L << (start >> 6);
  }
}
