package jvisor.bench.programs;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import jvisor.bench.Statistics;

/**
 * The times of one thing.
 *
 * @param name what it is called on the command line
 * @param title what it is called in tables
 * @param seconds for a unit of work, one for each run; an engine that it did not run on is absent
 */
record Row(String name, String title, Map<Engine, List<Double>> seconds) {
  Row {
    Map<Engine, List<Double>> copy = new EnumMap<>(Engine.class);
    seconds.forEach((engine, times) -> {
      if (!times.isEmpty()) {
        copy.put(engine, List.copyOf(times));
      }
    });
    seconds = copy;
  }

  /** The median time on {@code engine}. */
  OptionalDouble median(Engine engine) {
    List<Double> times = seconds.get(engine);
    return times == null ? OptionalDouble.empty() : OptionalDouble.of(Statistics.median(times));
  }

  /** How many times as long {@code longer} takes as {@code shorter}. */
  OptionalDouble ratio(Engine longer, Engine shorter) {
    OptionalDouble above = median(longer);
    OptionalDouble below = median(shorter);
    return above.isPresent() && below.isPresent()
        ? OptionalDouble.of(above.getAsDouble() / below.getAsDouble())
        : OptionalDouble.empty();
  }

  /** How far the times of an engine lie apart at most, as a part of their median. */
  double spread() {
    return seconds.values().stream().mapToDouble(Statistics::spread).max().orElse(0);
  }
}
