package jvisor.cpu.interpreter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jvisor.cpu.mmu.CodeWatcher;
import jvisor.cpu.mmu.Mmu;
import jvisor.platform.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * All decoded blocks of the processors that run by turns on one thread, by physical page. Bounded:
 * past {@link #MAX_BLOCKS} it is emptied and fills again with what still runs. Code that is not in
 * memory (fetched from the bus) is not kept.
 */
public final class CodeCache implements CodeWatcher, AutoCloseable {
  /** Bound on blocks kept, which bounds the Java heap a guest can claim by touring its code. */
  static final int MAX_BLOCKS = 1 << 18;

  private static final int GROUP_SHIFT = 10;
  private static final int GROUP = 1 << GROUP_SHIFT;

  private final GuestMemory memory;
  private final @Nullable HotTier tier;
  private final List<Mmu> mmus = new ArrayList<>();
  private final @Nullable CodePage[] @Nullable [] groups;
  private int blocks;

  /** An empty cache of code in {@code memory}. */
  public CodeCache(GuestMemory memory) {
    this(memory, null);
  }

  /** An empty cache of code in {@code memory} whose hot blocks {@code tier} runs; closes it. */
  public CodeCache(GuestMemory memory, @Nullable HotTier tier) {
    this.memory = memory;
    this.tier = tier;
    groups = new CodePage[(int) (memory.limit() >>> 12 + GROUP_SHIFT) + 1][];
  }

  /** What runs hot blocks, or null. */
  @Nullable HotTier tier() {
    return tier;
  }

  /** Watches the stores of one more processor. */
  void serve(Mmu mmu) {
    mmus.add(mmu);
    mmu.watchCode(this);
  }

  /** The block at {@code gpa} decoded on {@code ground}, if there is one. */
  @Nullable Block find(long gpa, Ground ground) {
    CodePage page = page(gpa);
    return page == null ? null : page.find((int) (gpa & 0xfff), ground);
  }

  /** Keeps a block; stores to its bytes are watched from here on. */
  void add(Block block) {
    if (memory.readableFrame(block.gpa) == 0) {
      return;
    }
    if (++blocks > MAX_BLOCKS) {
      clear();
    }
    pageFor(block.gpa).add(block);
    if (block.secondGpa != Block.ONE_PAGE && memory.readableFrame(block.secondGpa) != 0) {
      pageFor(block.secondGpa).addStraddler(block);
    }
  }

  /** Forgets every block. */
  void clear() {
    for (@Nullable CodePage[] group : groups) {
      if (group != null) {
        for (@Nullable CodePage page : group) {
          if (page != null) {
            page.invalidate(0, 4096);
          }
        }
      }
    }
    Arrays.fill(groups, null);
    blocks = 0;
  }

  private @Nullable CodePage page(long gpa) {
    long group = gpa >>> 12 + GROUP_SHIFT;
    @Nullable CodePage[] pages = group < groups.length ? groups[(int) group] : null;
    return pages == null ? null : pages[(int) (gpa >>> 12) & GROUP - 1];
  }

  private CodePage pageFor(long gpa) {
    int group = (int) (gpa >>> 12 + GROUP_SHIFT);
    @Nullable CodePage[] pages = groups[group];
    if (pages == null) {
      pages = new @Nullable CodePage[GROUP];
      groups[group] = pages;
    }
    int index = (int) (gpa >>> 12) & GROUP - 1;
    CodePage page = pages[index];
    if (page == null) {
      page = new CodePage();
      pages[index] = page;
      for (Mmu mmu : mmus) {
        mmu.protectCode(gpa & -4096L);
      }
    }
    return page;
  }

  @Override
  public boolean holdsCode(long gpa) {
    return page(gpa) != null;
  }

  @Override
  public void codeWritten(long gpa, int length) {
    CodePage page = page(gpa);
    if (page != null) {
      int start = (int) (gpa & 0xfff);
      page.invalidate(start, start + length);
      if (page.isEmpty()) {
        @Nullable CodePage[] pages = groups[(int) (gpa >>> 12 + GROUP_SHIFT)];
        if (pages != null) {
          pages[(int) (gpa >>> 12) & GROUP - 1] = null;
        }
      }
    }
  }

  @Override
  public void close() {
    clear();
    if (tier != null) {
      tier.close();
    }
  }
}
