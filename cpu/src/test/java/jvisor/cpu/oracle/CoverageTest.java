package jvisor.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import jvisor.cpu.alone.SourceTree;
import jvisor.isa.Row;
import jvisor.isa.Table;
import org.junit.jupiter.api.Test;

/**
 * The list in {@code docs/instructions.md}: every row of the table with the cases that have passed
 * and the test that covers it otherwise. {@code -Doracle.list=CASES} writes it anew, with that many
 * cases, on an x86-64 Linux host.
 */
class CoverageTest {
  private static final String BEGINNING =
      """
      # Instructions

      Every row of the instruction table, how many random cases of it ended as on a real processor \
      (`cpu`, package `jvisor.cpu.oracle`), and the test that covers what a program cannot: the \
      privileged and the machine's own side. `mvn -pl cpu -am test -Dtest=CoverageTest \
      -Dsurefire.failIfNoSpecifiedTests=false -Dtest.jvm.args="-Doracle.list=1000000 \
      --enable-native-access=ALL-UNNAMED"` writes this list.

      | row | cases | other test |
      |---|---|---|
      """;

  @Test
  void everyRowIsInTheListWithCasesOrATest() throws IOException {
    Path file = SourceTree.root().resolve("docs/instructions.md");
    long cases = Long.getLong("oracle.list", 0);
    if (cases > 0) {
      Files.writeString(file, list(cases));
    }
    Map<String, String[]> listed = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("| `")) {
        String[] columns = line.split(" \\| ", -1);
        listed.put(columns[0].substring(3, columns[0].length() - 1), columns);
      }
    }
    List<String> missing = new ArrayList<>();
    for (Row row : rows()) {
      String[] columns = listed.get(row.toString());
      boolean counted = columns != null && !columns[1].equals("0");
      boolean tested = columns != null && !columns[2].equals("|");
      if (!counted && !tested) {
        missing.add(row.toString());
      }
    }
    assertThat(missing).as("rows that docs/instructions.md has no passed case of").isEmpty();
    assertThat(listed.keySet())
        .containsExactlyInAnyOrderElementsOf(
            rows().stream().map(Row::toString).distinct().toList());
  }

  @Test
  void theTestsInTheListExist() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SourceTree.root())) {
      files
          .filter(file -> file.toString().contains("/src/test/"))
          .forEach(file -> names.add(String.valueOf(file.getFileName()).replace(".java", "")));
    }
    List<String> unknown = new ArrayList<>();
    for (Row row : rows()) {
      String test = SystemTests.of(row);
      if (!test.isEmpty() && !names.contains(test)) {
        unknown.add(row + ": " + test);
      }
    }
    assertThat(unknown).isEmpty();
  }

  private static List<Row> rows() {
    return Table.ROWS.stream().filter(row -> row != Row.INVALID).toList();
  }

  private static String list(long cases) {
    List<Row> rows = rows().stream().filter(Exemptions::runsOnHost).toList();
    Map<String, LongAdder> passed = new ConcurrentHashMap<>();
    ParallelRun run = new ParallelRun(CaseKind.FLAT, rows, 1, cases);
    run.watch(row -> passed.computeIfAbsent(row.toString(), r -> new LongAdder()).increment());
    assertThat(run.mismatches()).isEmpty();
    StringBuilder text = new StringBuilder(BEGINNING);
    for (String row : rows().stream().map(Row::toString).distinct().toList()) {
      Row first = rows().stream().filter(r -> r.toString().equals(row)).findFirst().orElseThrow();
      LongAdder count = passed.getOrDefault(row, new LongAdder());
      String test = SystemTests.of(first);
      text.append("| `").append(row).append("` | ").append(count).append(" |");
      text.append(test.isEmpty() ? " |" : " " + test + " |").append('\n');
    }
    return text.toString();
  }
}
