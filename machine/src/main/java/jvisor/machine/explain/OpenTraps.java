package jvisor.machine.explain;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Traps that have not come back yet; the oldest are forgotten. */
final class OpenTraps {
  private static final int MOST = 4096;

  /**
   * Where a trap goes on when it comes back.
   *
   * @param space the address space of user code, 0 for the kernel's
   */
  record Way(long rip, long stackPointer, long space) {}

  /**
   * A trap on its way.
   *
   * @param number of its explanation, or 0 if it has none
   * @param what it is, in a few words
   * @param at instructions completed by then
   */
  record Trap(long number, String what, long at) {}

  private final Map<Way, Trap> traps =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Way, Trap> eldest) {
          return size() > MOST;
        }
      };

  void open(Way way, Trap trap) {
    traps.remove(way);
    traps.put(way, trap);
  }

  @Nullable Trap close(Way way) {
    return traps.remove(way);
  }
}
