package jvisor.bench.programs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs programs on all engines in turns. */
final class Contest {
  private final Map<Engine, Runner> runners;
  private final long target;
  private final Consumer<String> progress;
  private final List<Entry> entries = new ArrayList<>();

  /** A program, how many units it runs of on each engine, and its times. */
  private static final class Entry {
    final String name;
    final String title;
    final Map<Engine, Long> counts = new EnumMap<>(Engine.class);
    final Map<Engine, List<Double>> seconds = new EnumMap<>(Engine.class);
    String sum = "";

    Entry(String name, String title) {
      this.name = name;
      this.title = title;
    }
  }

  /** Between {@code runners}, in runs of about {@code target} nanoseconds. */
  Contest(Map<Engine, Runner> runners, long target, Consumer<String> progress) {
    this.runners = new EnumMap<>(runners);
    this.target = target;
    this.progress = progress;
  }

  /** Adds a program to be run one unit at a time. */
  void addSingle(String name, String title) {
    entries.add(new Entry(name, title));
  }

  /** Adds a program and finds how many units of it each engine can do in the time. */
  void add(Program program) throws IOException, InterruptedException {
    Entry entry = new Entry(program.file(), program.title());
    for (Map.Entry<Engine, Runner> runner : runners.entrySet()) {
      Calibration calibration = new Calibration(target);
      while (!calibration.done()) {
        calibration.took(run(entry, runner, calibration.count()));
      }
      entry.counts.put(runner.getKey(), calibration.count());
    }
    progress.accept(program.file() + ": units in a run: " + entry.counts);
    entries.add(entry);
  }

  /** Runs every program once on every engine. */
  void round() throws IOException, InterruptedException {
    for (Entry entry : entries) {
      for (Map.Entry<Engine, Runner> runner : runners.entrySet()) {
        long count = entry.counts.getOrDefault(runner.getKey(), 1L);
        double seconds = run(entry, runner, count) / 1e9 / count;
        entry.seconds.computeIfAbsent(runner.getKey(), e -> new ArrayList<>()).add(seconds);
      }
    }
  }

  /** The times of all rounds so far, in the order in which programs were added. */
  List<Row> rows() {
    return entries.stream().map(e -> new Row(e.name, e.title, e.seconds)).toList();
  }

  private static long run(Entry entry, Map.Entry<Engine, Runner> runner, long count)
      throws IOException, InterruptedException {
    Marks.Outcome outcome = runner.getValue().run(entry.name, count);
    if (entry.sum.isEmpty()) {
      entry.sum = outcome.sum();
    } else if (!entry.sum.equals(outcome.sum())) {
      throw new IOException(
          "%s: the checksum on %s is %s, not %s as before"
              .formatted(entry.name, runner.getKey().title(), outcome.sum(), entry.sum));
    }
    return outcome.nanos();
  }
}
