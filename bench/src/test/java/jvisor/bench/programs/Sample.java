package jvisor.bench.programs;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reports with figures that are easy to reckon with. */
final class Sample {
  private Sample() {}

  /** Two programs, of which one is slower than QEMU, and one boot. */
  static Report report() {
    return new Report(
        List.of(
            row("fib", "fib", 0.001, 0.002, 0.032), row("pipe", "a < b & c", 0.004, 0.032, 0.008)),
        List.of(boot(Boots.FIRST, 1.5, 1)),
        row("nothing", "marks alone", 0.0001, 0.002, 0.0005),
        3,
        Map.of("processor", "one of many"),
        "bench/run programs 3");
  }

  /** A program that takes these seconds, give or take a tenth, in three runs. */
  static Row row(String name, String title, double natively, double ours, double theirs) {
    Map<Engine, List<Double>> seconds = new EnumMap<>(Engine.class);
    seconds.put(Engine.NATIVE, around(natively));
    seconds.put(Engine.JVISOR, around(ours));
    seconds.put(Engine.QEMU, around(theirs));
    return new Row(name, title, seconds);
  }

  /** Boots that take these seconds. */
  static Row boot(String name, double ours, double theirs) {
    return new Row(
        name,
        "boot",
        Map.of(
            Engine.NATIVE, List.of(), Engine.JVISOR, List.of(ours), Engine.QEMU, List.of(theirs)));
  }

  private static List<Double> around(double seconds) {
    return List.of(seconds * 1.1, seconds * 0.9, seconds);
  }
}
