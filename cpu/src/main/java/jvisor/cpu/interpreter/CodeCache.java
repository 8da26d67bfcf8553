package jvisor.cpu.interpreter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import jvisor.cpu.mmu.CodeWatcher;
import jvisor.cpu.mmu.Mmu;
import jvisor.platform.GuestMemory;
import jvisor.platform.MachineLock;
import org.jspecify.annotations.Nullable;

/**
 * All decoded blocks of a machine's processors, by physical page. Bounded: past {@link #MAX_BLOCKS}
 * it is emptied and fills again with what still runs. Code that is not in memory (fetched from the
 * bus) is not kept.
 *
 * <p>If the processors have threads, each finds blocks without the machine's lock; whoever changes
 * anything holds it. Each page knows which processors have entered it: blocks are dropped when all
 * of them but the one that stores wait, so that a store to decoded bytes has reached all before it
 * takes place. A page is watched for all processors from before the first block of it is decoded.
 */
public final class CodeCache implements CodeWatcher, AutoCloseable {
  /** Bound on blocks kept, which bounds the Java heap a guest can claim by touring its code. */
  static final int MAX_BLOCKS = 1 << 18;

  private static final int RECENT = 1 << 15;
  private static final int GROUP_SHIFT = 10;
  private static final int GROUP = 1 << GROUP_SHIFT;

  private final GuestMemory memory;
  private final @Nullable HotTier tier;
  private final List<Mmu> mmus = new ArrayList<>();
  private final MachineLock lock;
  private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable CodePage>> groups;

  /** Blocks by a part of their gpa: those that have been found last by turns. */
  private final @Nullable Block[] recent = new @Nullable Block[RECENT];

  private int blocks;

  /** An empty cache of code in {@code memory}. */
  public CodeCache(GuestMemory memory) {
    this(memory, null);
  }

  /** An empty cache of code in {@code memory} whose hot blocks {@code tier} runs; closes it. */
  public CodeCache(GuestMemory memory, @Nullable HotTier tier) {
    this.memory = memory;
    this.tier = tier;
    lock = memory.lock();
    groups = new AtomicReferenceArray<>((int) (memory.limit() >>> 12 + GROUP_SHIFT) + 1);
  }

  /** What runs hot blocks, or null. */
  @Nullable HotTier tier() {
    return tier;
  }

  /** Watches the stores of one more processor, one of at most 64. */
  void serve(Mmu mmu, int processor) {
    mmus.add(mmu);
    mmu.watchCode(lock.isShared() ? new Watch(processor) : this);
  }

  /** The block at {@code gpa} decoded on {@code ground}, if there is one, for a processor. */
  @Nullable Block find(long gpa, Ground ground, int processor) {
    if (lock.isShared()) {
      CodePage page = page(gpa);
      return page == null || !page.isEnteredBy(processor)
          ? null
          : page.find((int) (gpa & 0xfff), ground);
    }
    int slot = (int) (gpa ^ gpa >>> 15) & RECENT - 1;
    Block met = recent[slot];
    if (met != null && met.gpa == gpa && met.ground == ground && met.isValid()) {
      return met;
    }
    CodePage page = page(gpa);
    Block found = page == null ? null : page.find((int) (gpa & 0xfff), ground);
    recent[slot] = found;
    return found;
  }

  /**
   * Decodes the block at {@code la}, as {@link BlockBuilder#build} does, and keeps it; a processor
   * is going to run it.
   */
  Block decode(BlockBuilder builder, long la, long gpa, long reach, Ground ground, int processor) {
    if (!lock.isShared()) {
      Block block = builder.build(la, gpa, reach, ground);
      add(block);
      return block;
    }
    lock.enter();
    try {
      if (blocks >= MAX_BLOCKS) {
        clear();
      }
      enter(gpa, processor);
      Block found = find(gpa, ground, processor);
      if (found != null && builder.isStillThere(found, la)) {
        enter(found.secondGpa, processor);
        return found;
      }
      Block block = builder.build(la, gpa, reach, ground);
      if (enter(block.secondGpa, processor)) {
        block = builder.build(la, gpa, reach, ground);
      }
      add(block);
      return block;
    } finally {
      lock.exit();
    }
  }

  /** Watches a page before it is decoded; whether it has not been watched so far. */
  private boolean enter(long gpa, int processor) {
    if (gpa == Block.ONE_PAGE || memory.readableFrame(gpa) == 0) {
      return false;
    }
    boolean first = page(gpa) == null;
    pageFor(gpa).enter(processor);
    return first;
  }

  /** Keeps a block; stores to its bytes are watched from here on. */
  private void add(Block block) {
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
    lock.enter();
    try {
      lock.alone();
      for (int group = 0; group < groups.length(); group++) {
        AtomicReferenceArray<@Nullable CodePage> pages = groups.get(group);
        if (pages != null) {
          for (int index = 0; index < GROUP; index++) {
            CodePage page = pages.get(index);
            if (page != null) {
              page.invalidate(0, 4096);
            }
          }
          groups.set(group, null);
        }
      }
      Arrays.fill(recent, null);
      blocks = 0;
    } finally {
      lock.exit();
    }
  }

  private @Nullable CodePage page(long gpa) {
    long group = gpa >>> 12 + GROUP_SHIFT;
    AtomicReferenceArray<@Nullable CodePage> pages =
        group < groups.length() ? groups.get((int) group) : null;
    return pages == null ? null : pages.get(index(gpa));
  }

  private static int index(long gpa) {
    return (int) (gpa >>> 12) & GROUP - 1;
  }

  private CodePage pageFor(long gpa) {
    int group = (int) (gpa >>> 12 + GROUP_SHIFT);
    AtomicReferenceArray<@Nullable CodePage> pages = groups.get(group);
    if (pages == null) {
      pages = new AtomicReferenceArray<>(GROUP);
      groups.set(group, pages);
    }
    CodePage page = pages.get(index(gpa));
    if (page == null) {
      page = new CodePage();
      pages.set(index(gpa), page);
      lock.alone();
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

  /** Drops the blocks that have any of these bytes of one page. */
  @Override
  public void codeWritten(long gpa, int length) {
    CodePage page = page(gpa);
    if (page != null) {
      int start = (int) (gpa & 0xfff);
      page.invalidate(start, start + length);
      if (page.isEmpty() && page.fades()) {
        AtomicReferenceArray<@Nullable CodePage> pages =
            groups.get((int) (gpa >>> 12 + GROUP_SHIFT));
        if (pages != null) {
          pages.set(index(gpa), null);
        }
      }
    }
  }

  /** What the memory unit of one of the processors that have threads tells. */
  private final class Watch implements CodeWatcher {
    private final int processor;

    Watch(int processor) {
      this.processor = processor;
    }

    @Override
    public boolean holdsCode(long gpa) {
      return CodeCache.this.holdsCode(gpa);
    }

    @Override
    public void codeWritten(long gpa, int length) {
      CodePage page = page(gpa);
      int start = (int) (gpa & 0xfff);
      if (page != null
          && page.overlaps(start, start + length)
          && page.isEnteredByOthersThan(processor)) {
        lock.alone();
      }
      CodeCache.this.codeWritten(gpa, length);
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
