package jvisor.bench.programs;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import jvisor.bench.Statistics;

/**
 * All that one run of the benchmark has found.
 *
 * @param programs the suite
 * @param boots the default guest from the command to power-off, which is not part of the mean
 * @param marks a program that does nothing
 * @param runs how many runs a median is of
 * @param facts machine and versions, by what they are of
 * @param command what to type for such a report
 */
record Report(
    List<Row> programs,
    List<Row> boots,
    Row marks,
    int runs,
    Map<String, String> facts,
    String command) {

  /** The geometric mean of {@link Row#ratio} over the suite; none if a program lacks an engine. */
  OptionalDouble mean(Engine longer, Engine shorter) {
    List<OptionalDouble> ratios = programs.stream().map(row -> row.ratio(longer, shorter)).toList();
    if (ratios.isEmpty() || ratios.stream().anyMatch(OptionalDouble::isEmpty)) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        Statistics.geometricMean(ratios.stream().map(OptionalDouble::getAsDouble).toList()));
  }

  /** The row whose times lie farthest apart. */
  Optional<Row> widest() {
    return programs.stream().max(Comparator.comparingDouble(Row::spread));
  }
}
