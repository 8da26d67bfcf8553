package jvisor.bench.programs;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The runners of a contest, which start together and end together. */
final class Runners implements AutoCloseable {
  private final Map<Engine, Runner> runners = new EnumMap<>(Engine.class);

  /** Starts {@code commands}. */
  Runners(Map<Engine, List<String>> commands) throws IOException {
    for (Map.Entry<Engine, List<String>> entry : commands.entrySet()) {
      runners.put(entry.getKey(), new Runner(entry.getKey().title(), entry.getValue()));
    }
  }

  /** The runners, all of them ready. */
  Map<Engine, Runner> ready() throws IOException, InterruptedException {
    for (Runner runner : runners.values()) {
      runner.awaitReady();
    }
    return runners;
  }

  @Override
  public void close() throws IOException {
    IOException first = null;
    for (Runner runner : runners.values()) {
      try {
        runner.close();
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
