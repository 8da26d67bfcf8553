package jvisor.bench.programs;

import java.util.ArrayList;
import java.util.List;

/** A report's figures in rows and columns, for a terminal or for Markdown. */
final class Table {
  private static final List<String> HEADER =
      List.of("work", "native", "Jvisor", "QEMU", "Jvisor/native", "QEMU/Jvisor");

  private final List<List<String>> rows = new ArrayList<>();

  /** The table of {@code report}. */
  Table(Report report) {
    report.programs().forEach(this::add);
    rows.add(
        List.of(
            "geometric mean",
            "",
            "",
            "",
            Figures.ratio(report.mean(Engine.JVISOR, Engine.NATIVE)),
            Figures.ratio(report.mean(Engine.QEMU, Engine.JVISOR))));
    report.boots().forEach(this::add);
  }

  private void add(Row row) {
    rows.add(
        List.of(
            row.title(),
            Figures.time(row.median(Engine.NATIVE)),
            Figures.time(row.median(Engine.JVISOR)),
            Figures.time(row.median(Engine.QEMU)),
            Figures.ratio(row.ratio(Engine.JVISOR, Engine.NATIVE)),
            Figures.ratio(row.ratio(Engine.QEMU, Engine.JVISOR))));
  }

  /** With columns of equal width. */
  String text() {
    List<List<String>> all = new ArrayList<>(rows);
    all.addFirst(HEADER);
    StringBuilder text = new StringBuilder();
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        String blanks = " ".repeat(width(all, column) - cell.length());
        line.append(column == 0 ? cell + blanks : "  " + blanks + cell);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** As GitHub's Markdown wants it. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("| ").append(String.join(" | ", HEADER)).append(" |\n");
    text.append("|---").append("|---:".repeat(HEADER.size() - 1)).append("|\n");
    for (List<String> row : rows) {
      text.append("| ").append(String.join(" | ", row)).append(" |\n");
    }
    return text.toString();
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
