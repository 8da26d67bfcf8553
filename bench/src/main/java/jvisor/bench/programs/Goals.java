package jvisor.bench.programs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** How fast Jvisor wants to be, and whether a report shows it. */
final class Goals {
  /**
   * One goal.
   *
   * @param what is compared
   * @param measured the ratio, if there is one
   * @param must what has to be reached
   * @param aim what would be good
   * @param least whether these are lower bounds, not upper ones
   */
  record Goal(String what, OptionalDouble measured, double must, double aim, boolean least) {
    /** What became of it, in a word or two. */
    String verdict() {
      if (measured.isEmpty()) {
        return "not measured";
      }
      double ratio = measured.getAsDouble();
      return meets(ratio, aim) ? "aim reached" : meets(ratio, must) ? "reached" : "missed";
    }

    private boolean meets(double ratio, double bound) {
      return least ? ratio >= bound : ratio <= bound;
    }

    private String bound(double bound) {
      return (least ? "≥ " : "≤ ") + bound;
    }

    /** The cells of a table: what, must, aim, measured, verdict. */
    List<String> cells() {
      return List.of(what, bound(must), bound(aim), Figures.ratio(measured), verdict());
    }
  }

  private static final List<Program> NEAR_NATIVE =
      List.of(Program.MATMUL, Program.NBODY, Program.AES);

  private Goals() {}

  /** The goals, as far as {@code report} has something to say of them. */
  static List<Goal> of(Report report) {
    List<Goal> goals = new ArrayList<>();
    goals.add(
        new Goal(
            "suite, geometric mean: QEMU/Jvisor",
            report.mean(Engine.QEMU, Engine.JVISOR),
            3.5,
            6,
            true));
    report.programs().stream()
        .filter(row -> row.ratio(Engine.QEMU, Engine.JVISOR).isPresent())
        .min(byRatio(Engine.QEMU, Engine.JVISOR))
        .ifPresent(row ->
            goals.add(
                new Goal(
                    "any program, at least: QEMU/Jvisor (" + row.title() + ")",
                    row.ratio(Engine.QEMU, Engine.JVISOR),
                    1,
                    2,
                    true)));
    nearNative(report)
        .ifPresent(row ->
            goals.add(
                new Goal(
                    "matmul, n-body, AES-NI, at most: Jvisor/native (" + row.title() + ")",
                    row.ratio(Engine.JVISOR, Engine.NATIVE),
                    1.6,
                    1.2,
                    false)));
    for (Row boot : report.boots()) {
      boolean first = boot.name().equals(Boots.FIRST);
      goals.add(
          new Goal(
              boot.title() + ": Jvisor/QEMU",
              boot.ratio(Engine.JVISOR, Engine.QEMU),
              first ? 2.5 : 1.5,
              first ? 1.2 : 0.8,
              false));
    }
    return goals;
  }

  private static Optional<Row> nearNative(Report report) {
    List<String> names = NEAR_NATIVE.stream().map(Program::file).toList();
    return report.programs().stream()
        .filter(row -> names.contains(row.name()))
        .max(byRatio(Engine.JVISOR, Engine.NATIVE));
  }

  private static Comparator<Row> byRatio(Engine longer, Engine shorter) {
    return Comparator.comparingDouble(row -> row.ratio(longer, shorter).orElse(Double.NaN));
  }
}
