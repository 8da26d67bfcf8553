package jvisor.cpu.interpreter;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import jvisor.platform.GuestMemory;
import jvisor.platform.MachineLock;
import org.jspecify.annotations.Nullable;

/**
 * The code caches of processors that run at the same time, one for each: which pages any of them
 * holds code of. A page is watched for all of them from before the first one decodes there, and a
 * store to decoded bytes has reached all before it takes place.
 *
 * <p>What is asked for each store that finds no write tag needs no lock; everything that changes is
 * for the holder of the machine's lock.
 */
public final class CodeNeighbours {
  /** The most processors. */
  public static final int MOST = Long.SIZE;

  private static final int GROUP_SHIFT = 10;
  private static final int GROUP = 1 << GROUP_SHIFT;

  private final MachineLock lock;
  private final List<CodeCache> caches = new ArrayList<>();

  /** By page, which caches hold code of it: bit n stands for number n. */
  private final AtomicReferenceArray<@Nullable AtomicLongArray> groups;

  /** No caches yet, of code in {@code memory}. */
  public CodeNeighbours(GuestMemory memory) {
    lock = memory.lock();
    groups = new AtomicReferenceArray<>((int) (memory.limit() >>> 12 + GROUP_SHIFT) + 1);
  }

  /** One more cache, as yet empty; answers its number. Before anything runs. */
  int add(CodeCache cache) {
    if (caches.size() == MOST) {
      throw new IllegalStateException("more than " + MOST + " processors");
    }
    caches.add(cache);
    return caches.size() - 1;
  }

  /** How many of the blocks that a machine may keep each cache may. */
  int share(int blocks) {
    return 2 * blocks / Math.max(2, caches.size());
  }

  /** Whether any cache has entered the page at {@code gpa}; any thread, without the lock. */
  boolean hold(long gpa) {
    AtomicLongArray group = group(gpa);
    return group != null && group.get(index(gpa)) != 0;
  }

  /**
   * Cache {@code number} is going to hold code of the page at {@code gpa}. If it is the first one,
   * no processor has a write tag for the page when this returns.
   */
  void enter(int number, long gpa) {
    AtomicLongArray group = group(gpa);
    if (group == null) {
      group = new AtomicLongArray(GROUP);
      groups.set((int) (gpa >>> 12 + GROUP_SHIFT), group);
    }
    long before = group.get(index(gpa));
    group.set(index(gpa), before | 1L << number);
    if (before == 0) {
      lock.alone();
      for (CodeCache cache : caches) {
        cache.protect(gpa & -4096L);
      }
    }
  }

  /** Cache {@code number} holds no code of the page at {@code gpa} any more. */
  void leave(int number, long gpa) {
    AtomicLongArray group = group(gpa);
    if (group != null) {
      group.set(index(gpa), group.get(index(gpa)) & ~(1L << number));
    }
  }

  /**
   * A processor, whose cache {@code own} is, is about to store to {@code length} bytes of a page.
   */
  void written(CodeCache own, long gpa, int length) {
    boolean others = false;
    for (CodeCache cache : caches) {
      others |= cache != own && cache.overlaps(gpa, length);
    }
    if (others) {
      lock.alone();
    }
    for (CodeCache cache : caches) {
      cache.drop(gpa, length);
    }
  }

  private @Nullable AtomicLongArray group(long gpa) {
    long group = gpa >>> 12 + GROUP_SHIFT;
    return group < groups.length() ? groups.get((int) group) : null;
  }

  private static int index(long gpa) {
    return (int) (gpa >>> 12) & GROUP - 1;
  }
}
