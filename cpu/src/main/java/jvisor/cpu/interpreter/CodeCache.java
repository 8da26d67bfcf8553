package jvisor.cpu.interpreter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jvisor.cpu.mmu.CodeWatcher;
import jvisor.cpu.mmu.Mmu;
import jvisor.platform.GuestMemory;
import jvisor.platform.MachineLock;
import org.jspecify.annotations.Nullable;

/**
 * All decoded blocks of the processors that run by turns on one thread, by physical page. Bounded:
 * past {@link #MAX_BLOCKS} it is emptied and fills again with what still runs. Code that is not in
 * memory (fetched from the bus) is not kept.
 *
 * <p>A processor with a thread of its own has a cache of its own, which knows its {@link
 * CodeNeighbours}. Its thread alone uses it, and changes it as the holder of the machine's lock;
 * another thread does that only when it is {@linkplain MachineLock#alone alone}.
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
  private final @Nullable CodePage[] @Nullable [] groups;

  /** Blocks by a part of their gpa: those that have been found last. */
  private final @Nullable Block[] recent = new @Nullable Block[RECENT];

  private int blocks;
  private @Nullable CodeNeighbours neighbours;
  private int number;

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

  /** Makes this the cache of one processor among several that run at the same time. */
  public void join(CodeNeighbours others) {
    neighbours = others;
    number = others.add(this);
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

  /** Decodes the block at {@code la}, as {@link BlockBuilder#build} does, and keeps it. */
  Block decode(BlockBuilder builder, long la, long gpa, long reach, Ground ground) {
    MachineLock lock = memory.lock();
    if (neighbours == null) {
      Block block = builder.build(la, gpa, reach, ground);
      add(block);
      return block;
    }
    lock.enter();
    try {
      if (blocks >= neighbours.share(MAX_BLOCKS)) {
        clear();
      }
      watch(gpa);
      Block block = builder.build(la, gpa, reach, ground);
      if (block.secondGpa != Block.ONE_PAGE && watch(block.secondGpa)) {
        block = builder.build(la, gpa, reach, ground);
      }
      add(block);
      return block;
    } finally {
      lock.exit();
    }
  }

  /** Watches a page before it is decoded; whether it has not been watched so far. */
  private boolean watch(long gpa) {
    if (memory.readableFrame(gpa) == 0 || page(gpa) != null) {
      return false;
    }
    pageFor(gpa);
    return true;
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
    for (int group = 0; group < groups.length; group++) {
      @Nullable CodePage[] pages = groups[group];
      if (pages != null) {
        for (int index = 0; index < GROUP; index++) {
          CodePage page = pages[index];
          if (page != null) {
            page.invalidate(0, 4096);
            left((long) (group << GROUP_SHIFT | index) << 12);
          }
        }
      }
    }
    Arrays.fill(groups, null);
    Arrays.fill(recent, null);
    blocks = 0;
  }

  /** No code of the page at {@code gpa} is held any more. */
  private void left(long gpa) {
    if (neighbours != null) {
      neighbours.leave(number, gpa);
    }
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
      if (neighbours == null) {
        protect(gpa & -4096L);
      } else {
        neighbours.enter(number, gpa);
      }
    }
    return page;
  }

  /** Has stores to the page at {@code gpa} reported from now on. */
  void protect(long gpa) {
    for (Mmu mmu : mmus) {
      mmu.protectCode(gpa);
    }
  }

  @Override
  public boolean holdsCode(long gpa) {
    return neighbours == null ? page(gpa) != null : neighbours.hold(gpa);
  }

  @Override
  public void codeWritten(long gpa, int length) {
    if (neighbours == null) {
      drop(gpa, length);
    } else {
      neighbours.written(this, gpa, length);
    }
  }

  /** Whether something has been decoded in the lines of these bytes of one page. */
  boolean overlaps(long gpa, int length) {
    CodePage page = page(gpa);
    int start = (int) (gpa & 0xfff);
    return page != null && page.overlaps(start, start + length);
  }

  /** Drops the blocks that have any of these bytes of one page. */
  void drop(long gpa, int length) {
    CodePage page = page(gpa);
    if (page != null) {
      int start = (int) (gpa & 0xfff);
      page.invalidate(start, start + length);
      if (page.isEmpty() && page.fades()) {
        @Nullable CodePage[] pages = groups[(int) (gpa >>> 12 + GROUP_SHIFT)];
        if (pages != null) {
          pages[(int) (gpa >>> 12) & GROUP - 1] = null;
        }
        left(gpa);
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
