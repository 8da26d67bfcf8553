package jvisor.cpu.interpreter;

import java.util.HashMap;
import java.util.Map;
import jvisor.cpu.mmu.CodeWatcher;
import jvisor.cpu.mmu.Mmu;
import jvisor.isa.CodeMode;
import org.jspecify.annotations.Nullable;

/**
 * All decoded blocks of one processor, by physical page. Bounded: past {@link #MAX_BLOCKS} it is emptied
 * and fills again with what still runs.
 */
final class CodeCache implements CodeWatcher {
  /** Bound on blocks kept, which bounds the Java heap a guest can claim by touring its code. */
  static final int MAX_BLOCKS = 1 << 18;

  private final Mmu mmu;
  private final Map<Long, CodePage> pages = new HashMap<>();
  private long[] codeBits = new long[1 << 14];
  private int blocks;

  CodeCache(Mmu mmu) {
    this.mmu = mmu;
  }

  /** The block at {@code gpa} decoded for {@code mode}, if there is one. */
  @Nullable Block find(long gpa, CodeMode mode) {
    CodePage page = pages.get(gpa >>> 12);
    return page == null ? null : page.find((int) (gpa & 0xfff), mode);
  }

  /** Keeps a block; stores to its bytes are watched from here on. */
  void add(Block block) {
    if (++blocks > MAX_BLOCKS) {
      clear();
    }
    page(block.gpa).add(block);
    if (block.secondGpa != Block.ONE_PAGE) {
      page(block.secondGpa).addStraddler(block);
    }
  }

  /** Forgets every block. */
  void clear() {
    for (CodePage page : pages.values()) {
      page.invalidate(0, 4096);
    }
    pages.clear();
    codeBits = new long[1 << 14];
    blocks = 0;
  }

  private CodePage page(long gpa) {
    long number = gpa >>> 12;
    CodePage page = pages.get(number);
    if (page == null) {
      page = new CodePage();
      pages.put(number, page);
      setBit(number);
      mmu.protectCode(gpa & -4096L);
    }
    return page;
  }

  @Override
  public boolean holdsCode(long gpa) {
    long number = gpa >>> 12;
    return (codeBits[(int) (number >>> 6) & (1 << 14) - 1] & 1L << number) != 0
        && pages.containsKey(number);
  }

  @Override
  public void codeWritten(long gpa, int length) {
    long number = gpa >>> 12;
    CodePage page = pages.get(number);
    if (page != null) {
      int start = (int) (gpa & 0xfff);
      page.invalidate(start, start + length);
      if (page.isEmpty()) {
        pages.remove(number);
      }
    }
  }

  private void setBit(long number) {
    codeBits[(int) (number >>> 6) & (1 << 14) - 1] |= 1L << number;
  }
}
