package jvisor.cpu.translator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jvisor.cpu.interpreter.Block;
import jvisor.host.CodeMemory;
import org.jspecify.annotations.Nullable;

/**
 * The places in guest memory to which translations jump, where the code of each is now, and who
 * jumps there. Offsets are those of the code memory.
 */
final class Links {
  private final CodeMemory memory;
  private final TranslationListener listener;
  private final Map<Long, Place> places = new HashMap<>();

  private static final class Place {
    long entry;
    @Nullable Block block;
    final List<Long> jumps = new ArrayList<>();
  }

  Links(CodeMemory memory, TranslationListener listener) {
    this.memory = memory;
    this.listener = listener;
  }

  /**
   * Directs the jumps of a translation to what is there.
   *
   * @param entry where it begins
   */
  void add(Block block, long entry, List<Branches.Link> links) {
    for (Branches.Link link : links) {
      Place place = place(block, link.target());
      place.jumps.add(entry + link.end());
      if (place.entry != 0) {
        direct(entry + link.end(), place.entry);
      }
    }
  }

  /** What jumps to the block leads to its translation that begins at {@code entry}. */
  void place(Block block, long entry) {
    if (!block.straddles()) {
      Place own = place(block, block.pageOffset());
      own.block = block;
      lead(own, entry);
    }
  }

  /** All jumps to where {@code block} begins lead to {@code entry}. */
  void lead(Block block, long entry) {
    lead(place(block, block.pageOffset()), entry);
  }

  private void lead(Place place, long entry) {
    place.entry = entry;
    for (long jump : place.jumps) {
      direct(jump, entry);
    }
  }

  /** Jumps that are added do not lead to {@code block} any more. */
  void remove(Block block) {
    Place own = place(block, block.pageOffset());
    if (own.block == block) {
      own.entry = 0;
      own.block = null;
    }
  }

  /** The block at an offset in the page of {@code block} to which jumps lead, or null. */
  @Nullable Block near(Block block, int pageOffset) {
    return place(block, pageOffset).block;
  }

  /** There are none. */
  void clear() {
    places.clear();
  }

  private Place place(Block block, int pageOffset) {
    long gpa = block.gpa() & -4096L | pageOffset;
    return places.computeIfAbsent(gpa << 1 | (block.isNarrow() ? 1 : 0), key -> new Place());
  }

  /** The jump that ends at offset {@code end} leads to offset {@code to} from now on. */
  void direct(long end, long to) {
    long at = end - CodeBuffer.DISTANCE;
    memory.patch(at, (int) (to - end));
    listener.linked(memory.executable() + at, memory.executable() + to);
  }
}
