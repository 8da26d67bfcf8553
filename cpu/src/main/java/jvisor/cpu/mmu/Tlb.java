package jvisor.cpu.mmu;

import java.util.Arrays;
import jvisor.host.HostMapping;
import jvisor.host.HostMemory;
import org.jspecify.annotations.Nullable;

/**
 * The software TLB: direct-mapped tables of 4,096 entries of 32 bytes, off-heap, so that emitted
 * code can probe them as well. Each {@link AccessMode} has its own, and user accesses have several,
 * for address spaces that take turns.
 *
 * <p>{@link TlbLayout} says what an entry is.
 *
 * <p>For user accesses address spaces differ by generation: a CR3 write takes a new one (or the one
 * that its PCID has) and clears nothing. What a system reaches for itself is mostly global (SDM
 * vol. 3, 4.10.2.4), so supervisor accesses have one generation for all address spaces: entries of
 * pages that are not global are noted, and dropped when the address space changes.
 *
 * <p>Entries hold 4 KiB whatever the guest's page size; {@link #flushPage} knows which larger pages
 * may have left several.
 */
final class Tlb implements AutoCloseable {
  static final int WRITE_TAG = TlbLayout.WRITE_TAG;
  static final int ADDEND = TlbLayout.ADDEND;
  static final long OFFSET_MASK = TlbLayout.OFFSET_MASK;

  private static final int ENTRIES = TlbLayout.ENTRIES;
  private static final int ENTRY_SIZE = TlbLayout.ENTRY_SIZE;
  private static final long PAGE_MASK = -4096L;
  private static final long TABLE_SIZE = (long) ENTRIES * ENTRY_SIZE;
  private static final long NEVER = -1;
  private static final int GENERATIONS = 4095;
  private static final int USER_TABLES = 4;

  /** Regions of either half of the address space that are told apart; others share their marks. */
  private static final int REGIONS = 4096;

  private static final int LARGE_SHIFT = 21;

  /** Of 32-bit paging: such a page is two large regions. */
  private static final int LARGE_32_SHIFT = 22;

  private static final int HUGE_SHIFT = 30;

  /** User tables, and one for each other mode. */
  private static final int TABLES = USER_TABLES + AccessMode.COUNT - 1;

  /** So many entries are dropped one by one when the address space changes. */
  private static final int NOTED = 256;

  private @Nullable HostMapping empty;
  private final HostMapping mapping = HostMapping.reserve(TABLE_SIZE * TABLES);
  private final short[] generationOfPcid = new short[4096];
  private final long[] largeRegions = new long[2 * REGIONS / Long.SIZE];
  private final long[] hugeRegions = new long[2 * REGIONS / Long.SIZE];

  /** log2 of the largest page that is marked as large. */
  private int largeShift;

  private int pcid;
  private int generation;
  private int common;

  /** The entries for supervisor accesses whose pages are not global; more than fit if not all. */
  private final long[] noted = new long[NOTED];

  private int notes;
  private int lastGeneration;
  private long clearings;

  Tlb() {
    clear();
  }

  /** The hva of the running address space's table for an {@link AccessMode}. */
  long table(int mode) {
    boolean user = mode == AccessMode.USER;
    return tableNumber(user ? generation % USER_TABLES : USER_TABLES - 1 + mode);
  }

  private long tableNumber(int number) {
    return mapping.hva() + number * TABLE_SIZE;
  }

  /** The hva of a table in which nothing is ever found. */
  long emptyTable() {
    HostMapping table = empty;
    if (table == null) {
      table = HostMapping.reserve(TABLE_SIZE);
      HostMemory.fill(table.hva(), table.size(), 0xff);
      empty = table;
    }
    return table.hva();
  }

  /** The running address space's generation, 1–4,094, for user accesses. */
  int generation() {
    return generation;
  }

  /** The generation of entries for accesses in an {@link AccessMode}, 1–4,094. */
  int generation(int mode) {
    return isSupervisor(mode) ? common : generation;
  }

  private static boolean isSupervisor(int mode) {
    return mode == AccessMode.SUPERVISOR || mode == AccessMode.SUPERVISOR_AC;
  }

  /** How often all tables have been cleared, so that generations began anew. */
  long clearings() {
    return clearings;
  }

  /** Forgets every translation of every address space. */
  void flushAll() {
    Arrays.fill(generationOfPcid, (short) 0);
    common = next();
    notes = 0;
    switchTo(pcid, true);
  }

  /** Goes over to the address space {@code newPcid}, forgetting what it had if {@code flush}. */
  void switchTo(int newPcid, boolean flush) {
    dropNoted();
    pcid = newPcid;
    if (!flush && generationOfPcid[pcid] != 0) {
      generation = generationOfPcid[pcid];
      return;
    }
    generation = next();
    generationOfPcid[pcid] = (short) generation;
  }

  /** A generation of which there are no entries. */
  private int next() {
    if (lastGeneration + 1 >= GENERATIONS) {
      clear();
    }
    return ++lastGeneration;
  }

  /** Drops what supervisor accesses have of this address space alone. */
  private void dropNoted() {
    if (notes > NOTED) {
      common = next();
    } else {
      for (int i = 0; i < notes; i++) {
        drop(noted[i]);
      }
    }
    notes = 0;
  }

  private static void drop(long entry) {
    HostMemory.putLong(entry, NEVER);
    HostMemory.putLong(entry + WRITE_TAG, NEVER);
  }

  private void note(long entry) {
    if (notes < NOTED) {
      noted[notes] = entry;
    }
    notes = Math.min(notes + 1, NOTED + 1);
  }

  /**
   * Forgets the page at {@code la} in every address space, and the whole large page it may be part
   * of.
   */
  void flushPage(long la) {
    if (isMarked(hugeRegions, la, HUGE_SHIFT)) {
      flushAll();
      return;
    }
    boolean large = isMarked(largeRegions, la, LARGE_SHIFT);
    long first = large ? la & -(1L << largeShift) : la;
    int pages = large ? 1 << largeShift - 12 : 1;
    for (int table = 0; table < TABLES; table++) {
      for (int i = 0; i < pages; i++) {
        drop(tableNumber(table) + ((first + 4096L * i) >>> 7 & OFFSET_MASK));
      }
    }
  }

  /** Makes stores to the frame at {@code frameHva} take the slow path from now on. */
  void protect(long frameHva) {
    for (long entry = mapping.hva(); entry < mapping.hva() + mapping.size(); entry += ENTRY_SIZE) {
      long tag = HostMemory.getLong(entry + WRITE_TAG);
      if (tag != NEVER && (tag & PAGE_MASK) + HostMemory.getLong(entry + ADDEND) == frameHva) {
        HostMemory.putLong(entry + WRITE_TAG, NEVER);
      }
    }
  }

  /**
   * Enters the page of {@code la} with its frame.
   *
   * @param global whether it is the same in every address space
   * @param pageShift log2 of the guest's page size: 12, 21, 22 or 30
   */
  void fill(
      int mode,
      long la,
      long frameHva,
      boolean read,
      boolean write,
      boolean global,
      int pageShift) {
    long page = la & PAGE_MASK;
    long entry = table(mode) + (la >>> 7 & OFFSET_MASK);
    long tag = page | generation(mode);
    if (isSupervisor(mode) && !global) {
      note(entry);
    }
    boolean same = HostMemory.getLong(entry + ADDEND) == frameHva - page;
    if (read) {
      HostMemory.putLong(entry, tag);
    } else if (HostMemory.getLong(entry) != tag || !same) {
      HostMemory.putLong(entry, NEVER);
    }
    if (write) {
      HostMemory.putLong(entry + WRITE_TAG, tag);
    } else if (HostMemory.getLong(entry + WRITE_TAG) != tag || !same) {
      HostMemory.putLong(entry + WRITE_TAG, NEVER);
    }
    HostMemory.putLong(entry + ADDEND, frameHva - page);
    if (pageShift > 12) {
      mark(largeRegions, la, LARGE_SHIFT);
      if (pageShift == LARGE_32_SHIFT) {
        largeShift = LARGE_32_SHIFT;
        mark(largeRegions, la ^ 1L << LARGE_SHIFT, LARGE_SHIFT);
      } else if (pageShift == HUGE_SHIFT) {
        mark(hugeRegions, la, HUGE_SHIFT);
      }
    }
  }

  private void clear() {
    HostMemory.fill(mapping.hva(), mapping.size(), 0xff);
    Arrays.fill(generationOfPcid, (short) 0);
    Arrays.fill(largeRegions, 0);
    Arrays.fill(hugeRegions, 0);
    largeShift = LARGE_SHIFT;
    clearings++;
    common = 1;
    generation = 1;
    lastGeneration = 1;
    notes = 0;
  }

  private static boolean isMarked(long[] bits, long la, int shift) {
    int region = region(la, shift);
    return (bits[region >> 6] & 1L << region) != 0;
  }

  private static void mark(long[] bits, long la, int shift) {
    int region = region(la, shift);
    bits[region >> 6] |= 1L << region;
  }

  /** What a system maps for itself in large pages is in the upper half, programs in the lower. */
  private static int region(long la, int shift) {
    return (int) (la >>> shift) & REGIONS - 1 | (la < 0 ? REGIONS : 0);
  }

  @Override
  public void close() {
    mapping.close();
    if (empty != null) {
      empty.close();
    }
  }
}
