package jvisor.cpu.translator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import jvisor.cpu.translator.Window.Site;
import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Window}s of a translation of several blocks: each is probed once, at the head, and
 * where the translation begins again if its registers have changed. What is accessed through it
 * needs no probe of its own then. If a window cannot be opened – its page is not in the TLB, or it
 * lies in two – the first block's translation alone runs instead, which probes each access, or one
 * without that window if it is often so ({@link Extension}).
 *
 * <p>A window's hva is in a word of the struct that {@link Streams} have otherwise.
 */
final class Windows {
  /** Accesses on one way that a window has to serve. */
  private static final int WORTH = 2;

  /** The most that are in registers at the head. */
  private static final int HELD = 3;

  private static final @Nullable Access[] NO_ACCESSES = {};

  private final WindowSites sites;
  private final List<Window> all = new ArrayList<>();
  private final List<Window> first = new ArrayList<>();
  private final IdentityHashMap<Part, @Nullable Access[]> accesses = new IdentityHashMap<>();

  /** An access, and the window it belongs to, if that is one of those opened. */
  private record Access(Window window, Site site) {}

  /** There are none. */
  static final Windows NONE = new Windows(new WindowSites());

  private Windows(WindowSites sites) {
    this.sites = sites;
  }

  /** Whether there are none. */
  boolean isEmpty() {
    return all.isEmpty();
  }

  /**
   * Those of 64-bit blocks.
   *
   * @param suits whether an instruction's memory operand may be accessed through one
   * @param back whether a part may end where the translation begins again
   * @param shut where there is to be none
   */
  static Windows of(
      Part root, Predicate<Insn> suits, Predicate<Part> back, Collection<Window.Place> shut) {
    Windows found = new Windows(WindowSites.of(root, suits));
    List<Window> open = new ArrayList<>();
    for (Site site : found.sites.all()) {
      found.assign(site, open);
    }
    open.removeIf(window -> shut.stream().anyMatch(window.place()::overlaps));
    open.removeIf(window -> found.uses(window, root) < WORTH && !found.isNearAgain(window, back));
    open.sort((a, b) -> found.uses(b, root) - found.uses(a, root));
    for (Window window : open.subList(0, Math.min(open.size(), Streams.MOST))) {
      found.all.add(window);
    }
    found.order(root, back);
    found.align();
    found.admit(back);
    return found;
  }

  /** Numbers them: those come last that are to be in registers at the head. */
  private void order(Part root, Predicate<Part> back) {
    boolean again = sites.parts().stream().anyMatch(back);
    ToIntFunction<Window> heat =
        again ? window -> usesAgain(window, root, back, 0) : window -> uses(window, root);
    all.sort(Comparator.comparingInt(heat));
    for (int n = 0; n < all.size(); n++) {
      Window window = all.get(n);
      window.number = n;
      if (n >= all.size() - (again ? HELD : 1) && heat.applyAsInt(window) > 0) {
        first.addFirst(window);
      }
    }
  }

  /** Whether it is cheap to open again each time that the translation begins again. */
  private boolean isNearAgain(Window window, Predicate<Part> back) {
    List<Part> last = sites.parts().stream().filter(back).toList();
    return !last.isEmpty()
        && last.stream().allMatch(part -> window.moved(sites.behind(part)) != Window.AWAY);
  }

  /** What another window is to follow may be written if that is, and so on. */
  private void admit(Predicate<Part> back) {
    List<Part> last = sites.parts().stream().filter(back).toList();
    for (int steps = 0; steps < all.size(); steps++) {
      for (Window window : all) {
        for (Part part : last) {
          Move move = move(window, part, false);
          if (move != null) {
            move.from.written |= window.written;
          }
        }
      }
    }
  }

  /** All windows. */
  List<Window> all() {
    return all;
  }

  /** Those that are to be in registers at the head, the one opened last first. */
  List<Window> first() {
    return first;
  }

  /** The one that is opened last, and whose hva is in {@code ADDRESS} then. */
  @Nullable Window last() {
    return all.isEmpty() ? null : all.getLast();
  }

  /**
   * Where a window is when the translation begins again: so many bytes from where one was.
   *
   * @param from itself or another one
   * @param by how far its first byte is from that one's
   */
  record Move(Window from, int by) {}

  /** Where a window is where {@code part} ends; null if it has to be probed there. */
  @Nullable Move move(Window window, Part part) {
    return move(window, part, true);
  }

  private @Nullable Move move(Window window, Part part, boolean admitted) {
    Origins now = sites.behind(part);
    int own = window.moved(now);
    if (own != Window.AWAY) {
      return own % window.alignment == 0 ? new Move(window, own) : null;
    }
    for (Window other : all) {
      int by = other == window ? Window.AWAY : window.from(other, now);
      boolean admits = !admitted || other.written || !window.written;
      if (by != Window.AWAY
          && admits
          && by % window.alignment == 0
          && other.alignment % window.alignment == 0) {
        return new Move(other, by);
      }
    }
    return null;
  }

  /** The window of an instruction's memory operand, or null. */
  @Nullable Window at(Part part, int instruction) {
    return window(part, WindowSites.named(instruction));
  }

  /** How far into its window an instruction's memory operand is. */
  int distance(Part part, int instruction) {
    return distanceOf(part, WindowSites.named(instruction));
  }

  /** The window of an instruction's {@link StackAccess}, or null. */
  @Nullable Window onStack(Part part, int instruction) {
    return window(part, WindowSites.onStack(instruction));
  }

  /** How far into its window that is. */
  int distanceOnStack(Part part, int instruction) {
    return distanceOf(part, WindowSites.onStack(instruction));
  }

  private @Nullable Window window(Part part, int number) {
    Access access = access(part, number);
    return access == null ? null : access.window;
  }

  private int distanceOf(Part part, int number) {
    Access access = access(part, number);
    if (access == null) {
      throw new IllegalArgumentException("in no window");
    }
    return (int) (access.site.at() - access.window.first);
  }

  private @Nullable Access access(Part part, int number) {
    @Nullable Access @Nullable [] of = accesses.get(part);
    Access access = of == null ? null : of[number];
    return access != null && access.window.isOpened() ? access : null;
  }

  private void assign(Site site, List<Window> open) {
    Window taker = null;
    for (Window window : open) {
      if (taker == null && window.takes(site)) {
        taker = window;
      }
    }
    if (taker == null) {
      taker = new Window(site.segment(), site.base(), site.index(), site.scale(), site.at());
      open.add(taker);
    }
    taker.add(site);
    Part part = site.part();
    accesses
            .computeIfAbsent(part, key -> new @Nullable Access[WindowSites.named(part.size())])[
            site.number()] =
        new Access(taker, site);
  }

  /** On the way from {@code part} on that uses a window most, how often. */
  private int uses(Window window, Part part) {
    int next = part.next == null ? 0 : uses(window, part.next);
    int taken = part.taken == null ? 0 : uses(window, part.taken);
    return usesIn(window, part) + Math.max(next, taken);
  }

  /**
   * The same on all ways on which the translation begins again, {@code before} and from here on.
   */
  private int usesAgain(Window window, Part part, Predicate<Part> back, int before) {
    int count = before + usesIn(window, part);
    return (back.test(part) ? count : 0)
        + (part.next == null ? 0 : usesAgain(window, part.next, back, count))
        + (part.taken == null ? 0 : usesAgain(window, part.taken, back, count));
  }

  private int usesIn(Window window, Part part) {
    int count = 0;
    for (Access access : accesses.getOrDefault(part, NO_ACCESSES)) {
      count += access != null && access.window == window ? 1 : 0;
    }
    return count;
  }

  /** What has to be aligned is so if the window is; or else has a probe of its own. */
  private void align() {
    for (Site site : sites.all()) {
      Window window = window(site.part(), site.number());
      if (window != null && site.aligned()) {
        window.alignment = Math.max(window.alignment, site.size());
      }
    }
    for (Site site : sites.all()) {
      Window window = window(site.part(), site.number());
      boolean off = window != null && (site.at() - window.first) % window.alignment != 0;
      @Nullable Access @Nullable [] of = accesses.get(site.part());
      if (off && site.aligned() && of != null) {
        of[site.number()] = null;
      }
    }
  }
}
