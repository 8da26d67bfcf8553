package jvisor.cpu.profile;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts by cause. */
final class Tally {
  private final Map<Cause, Count> counts = new HashMap<>();

  private static final class Count {
    long times;
    long instructions;
  }

  /** Once more, for so many instructions. */
  void add(Cause cause, long instructions) {
    Count count = counts.computeIfAbsent(cause, c -> new Count());
    count.times++;
    count.instructions += instructions;
  }

  /** All, the most frequent first. */
  List<TierReport.Line> lines() {
    return counts.entrySet().stream()
        .map(e -> new TierReport.Line(e.getKey(), e.getValue().times, e.getValue().instructions))
        .sorted((a, b) -> Long.compare(b.times(), a.times()))
        .toList();
  }
}
