package jvisor.bench.programs;

import java.util.Map;
import java.util.stream.Collectors;

/** A report as a part of a page in Markdown, between two comments that the reader does not see. */
final class Page {
  private static final String FROM = "<!-- written by bench/run programs --write -->";
  private static final String TO = "<!-- end of what is written -->";

  private Page() {}

  /** {@code page} with {@code section} in place of what is between the comments. */
  static String with(String page, String section) {
    int from = page.indexOf(FROM);
    int to = page.indexOf(TO);
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("the page lacks the lines " + FROM + " and " + TO);
    }
    return page.substring(0, from + FROM.length()) + "\n" + section + page.substring(to);
  }

  /** The section of {@code report}, whose picture is the file {@code picture} beside the page. */
  static String section(Report report, String picture) {
    return "![Speed of programs in a guest, relative to QEMU's translator]("
        + picture
        + ")\n\n"
        + Table.ofTimes(report).markdown()
        + "\n"
        + Table.ofGoals(report).markdown()
        + "\n"
        + notes(report).lines().map(line -> line + "\n").collect(Collectors.joining("\n"))
        + "\n"
        + report.facts().entrySet().stream()
            .map(fact -> "- " + fact.getKey() + ": " + fact.getValue() + "\n")
            .collect(Collectors.joining())
        + "- command: `"
        + report.command()
        + "`\n";
  }

  /** What a reader of the table should know, one paragraph in a line. */
  static String notes(Report report) {
    String marks =
        report.marks().seconds().keySet().stream()
            .map(e -> Figures.time(report.marks().median(e)) + " (" + e.title() + ")")
            .collect(Collectors.joining(", "));
    String spread =
        report
            .widest()
            .filter(row -> report.runs() > 1)
            .map(row ->
                " Runs of a program on an engine lie at most %s of their median apart (%s)."
                    .formatted(Figures.percent(row.spread()), row.title()))
            .orElse("");
    return "Times of a unit of work, medians of %d run%s.%s The marks alone take %s a run.\n%s"
        .formatted(report.runs(), report.runs() == 1 ? "" : "s", spread, marks, slower(report));
  }

  private static String slower(Report report) {
    String names =
        report.programs().stream()
            .filter(row -> row.ratio(Engine.QEMU, Engine.JVISOR).orElse(1) < 1)
            .map(Row::title)
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : "Slower than QEMU: " + names + ".\n";
  }

  /** The facts, for a terminal. */
  static String facts(Map<String, String> facts) {
    return facts.entrySet().stream()
        .map(fact -> fact.getKey() + ": " + fact.getValue() + "\n")
        .collect(Collectors.joining());
  }
}
