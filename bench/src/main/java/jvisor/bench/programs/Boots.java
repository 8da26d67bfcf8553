package jvisor.bench.programs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jvisor.bench.Boot;

/** Boots of the default guest, in turns. */
final class Boots {
  /** What boots are called on the command line. */
  static final String NAME = "boot";

  /** The name of the row of those that are the first after a build. */
  static final String FIRST = NAME + "-first";

  private final List<String> rebuild;
  private final List<String> ours;
  private final List<String> theirs;

  /** With the commands that build Jvisor anew, boot it, and boot QEMU, which may be missing. */
  Boots(List<String> rebuild, List<String> ours, List<String> theirs) {
    this.rebuild = rebuild;
    this.ours = ours;
    this.theirs = theirs;
  }

  /** Boots {@code runs} times the first time after a build, as often later, and QEMU's. */
  List<Row> measure(int runs, Consumer<String> progress) throws IOException, InterruptedException {
    List<Double> first = new ArrayList<>();
    List<Double> later = new ArrayList<>();
    List<Double> their = new ArrayList<>();
    for (int n = 1; n <= runs; n++) {
      progress.accept("boot " + n + " of " + runs);
      Tool.output(rebuild);
      first.add(Boot.seconds(ours));
      if (!theirs.isEmpty()) {
        their.add(Boot.seconds(theirs));
      }
      later.add(Boot.seconds(ours));
    }
    return List.of(
        row(FIRST, "boot, the first after a build", first, their),
        row(NAME + "-later", "boot, later", later, their));
  }

  private static Row row(String name, String title, List<Double> ours, List<Double> theirs) {
    Map<Engine, List<Double>> seconds = new EnumMap<>(Engine.class);
    seconds.put(Engine.JVISOR, ours);
    seconds.put(Engine.QEMU, theirs);
    return new Row(name, title, seconds);
  }
}
