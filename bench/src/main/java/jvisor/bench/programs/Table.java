package jvisor.bench.programs;

import java.util.ArrayList;
import java.util.List;

/** Figures in rows and columns, for a terminal or for Markdown. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  private Table(List<String> header) {
    rows.add(header);
  }

  /** The times of {@code report} and how they compare. */
  static Table ofTimes(Report report) {
    Table table =
        new Table(List.of("work", "native", "Jvisor", "QEMU", "Jvisor/native", "QEMU/Jvisor"));
    report.programs().forEach(row -> table.rows.add(cells(row)));
    table.rows.add(
        List.of(
            "geometric mean",
            "",
            "",
            "",
            Figures.ratio(report.mean(Engine.JVISOR, Engine.NATIVE)),
            Figures.ratio(report.mean(Engine.QEMU, Engine.JVISOR))));
    report.boots().forEach(row -> table.rows.add(cells(row)));
    return table;
  }

  /** What {@code report} says of the goals. */
  static Table ofGoals(Report report) {
    Table table = new Table(List.of("goal", "must", "aim", "measured", "verdict"));
    Goals.of(report).forEach(goal -> table.rows.add(goal.cells()));
    return table;
  }

  private static List<String> cells(Row row) {
    return List.of(
        row.title(),
        Figures.time(row.median(Engine.NATIVE)),
        Figures.time(row.median(Engine.JVISOR)),
        Figures.time(row.median(Engine.QEMU)),
        Figures.ratio(row.ratio(Engine.JVISOR, Engine.NATIVE)),
        Figures.ratio(row.ratio(Engine.QEMU, Engine.JVISOR)));
  }

  /** With columns of equal width. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        String blanks = " ".repeat(width(column) - cell.length());
        line.append(column == 0 ? cell + blanks : "  " + blanks + cell);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** As GitHub's Markdown wants it. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      text.append("| ").append(String.join(" | ", row)).append(" |\n");
      if (text.indexOf("|---") < 0) {
        text.append("|---").append("|---:".repeat(row.size() - 1)).append("|\n");
      }
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
