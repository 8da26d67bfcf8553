package jvisor.machine.lockstep;

import java.util.ArrayList;
import java.util.List;
import jvisor.host.HostMemory;
import jvisor.platform.GuestMemory;

/** Compares two guests' memory. */
final class Memory {
  /** Pages that are named; of a guest gone astray everything may differ. */
  private static final int MOST_PAGES = 64;

  private static final int MOST_WORDS = 16;

  /** Frames that lie side by side in both machines are compared at once, up to so many. */
  private static final int RUN = 512;

  private final GuestMemory reference;
  private final GuestMemory tested;
  private final FlagImages images;

  Memory(GuestMemory reference, GuestMemory tested, FlagImages images) {
    this.reference = reference;
    this.tested = tested;
    this.images = images;
  }

  /** The gpas of the pages that differ and must not, lowest first; the first few. */
  List<Long> pages() {
    List<Long> found = new ArrayList<>();
    long limit = reference.limit() / GuestMemory.PAGE;
    for (long page = 0; page < limit && found.size() < MOST_PAGES; ) {
      int count = run(page, limit);
      if (count > 0 && !same(page, count)) {
        for (long one = page; one < page + count && found.size() < MOST_PAGES; one++) {
          if (!same(one, 1) && !words(one * GuestMemory.PAGE, 1).isEmpty()) {
            found.add(one * GuestMemory.PAGE);
          }
        }
      }
      page += Math.max(1, count);
    }
    return found;
  }

  /** The first words that differ on these pages and must not. */
  List<Difference> words(List<Long> pages) {
    List<Difference> found = new ArrayList<>();
    for (long page : pages) {
      if (found.size() < MOST_WORDS && !same(page / GuestMemory.PAGE, run(page))) {
        found.addAll(words(page, MOST_WORDS - found.size()));
      }
    }
    return found;
  }

  private int run(long gpa) {
    return reference.readableFrame(gpa) == 0 || tested.readableFrame(gpa) == 0 ? 0 : 1;
  }

  /** Pages from {@code page} on whose frames lie side by side in both; 0 if it has no frame. */
  private int run(long page, long limit) {
    long one = reference.readableFrame(page * GuestMemory.PAGE);
    long two = tested.readableFrame(page * GuestMemory.PAGE);
    if (one == 0 || two == 0) {
      return 0;
    }
    int count = 1;
    while (count < RUN
        && page + count < limit
        && reference.readableFrame((page + count) * GuestMemory.PAGE)
            == one + (long) count * GuestMemory.PAGE
        && tested.readableFrame((page + count) * GuestMemory.PAGE)
            == two + (long) count * GuestMemory.PAGE) {
      count++;
    }
    return count;
  }

  private boolean same(long page, int count) {
    return count == 0
        || HostMemory.mismatch(
                reference.readableFrame(page * GuestMemory.PAGE),
                tested.readableFrame(page * GuestMemory.PAGE),
                (long) count * GuestMemory.PAGE)
            < 0;
  }

  private List<Difference> words(long gpa, int most) {
    List<Difference> found = new ArrayList<>();
    for (int offset = 0; offset < GuestMemory.PAGE && found.size() < most; offset += 8) {
      long one = HostMemory.getLong(reference.readableFrame(gpa) + offset);
      long two = HostMemory.getLong(tested.readableFrame(gpa) + offset);
      if (!images.excuse(one, two)) {
        found.add(Difference.of("[%08x]".formatted(gpa + offset), 8, one, two));
      }
    }
    return found;
  }
}
