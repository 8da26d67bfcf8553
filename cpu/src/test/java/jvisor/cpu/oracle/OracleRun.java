package jvisor.cpu.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jvisor.isa.Row;
import jvisor.isa.Table;

/**
 * Prints what differs: {@code OracleRun CASES SEED [ROWS]}, ROWS being a regular expression. {@code
 * -Dkind=SEGMENTED} makes those of the other kind. Without arguments, reads cases as {@link
 * CaseText} has them and prints them with the host's results, and ours if they differ.
 */
public final class OracleRun {
  private OracleRun() {}

  /** Entry point; see the class. */
  public static void main(String[] args) throws IOException {
    if (args.length == 0) {
      replay();
      return;
    }
    long cases = Long.parseLong(args[0]);
    long seed = Long.parseLong(args[1]);
    CaseKind kind = CaseKind.valueOf(System.getProperty("kind", "FLAT"));
    int shown = Integer.getInteger("shown", 2);
    List<Row> rows =
        Table.ROWS.stream()
            .filter(Exemptions::runsOnHost)
            .filter(kind::has)
            .filter(row -> args.length < 3 || row.toString().matches(args[2]))
            .toList();
    Map<Row, int[]> wrong = new HashMap<>();
    Map<Row, List<String>> first = new HashMap<>();
    int[] vectors = new int[256];
    long start = System.nanoTime();
    try (Oracle oracle = new Oracle(kind, rows)) {
      oracle.run(
          seed,
          0,
          cases,
          (row, number, before, host, difference) -> {
            int[] count = wrong.computeIfAbsent(row, r -> new int[2]);
            count[0]++;
            vectors[(int) host.get(CaseState.VECTOR) & 255]++;
            if (!difference.isEmpty() && count[1]++ < shown) {
              String line = CaseText.line(seed, number, before, difference);
              first.computeIfAbsent(row, r -> new ArrayList<>()).add(line);
            }
          });
    }
    long time = System.nanoTime() - start;
    long bad = 0;
    for (Row row : rows) {
      int[] count = wrong.get(row);
      if (count != null && count[1] > 0) {
        bad += count[1];
        System.out.printf("%s: %d of %d%n", row, count[1], count[0]);
        Trial.shrink(first.getOrDefault(row, List.of())).forEach(System.out::println);
      }
    }
    System.out.printf(
        "%d cases of %d rows, %d wrong, %.2f s%n", cases, rows.size(), bad, time / 1e9);
    StringBuilder text = new StringBuilder("vectors");
    for (int v = 0; v < 256; v++) {
      if (vectors[v] > 0) {
        text.append(" ").append(v).append(':').append(vectors[v]);
      }
    }
    System.out.println(text);
  }

  private static void replay() throws IOException {
    try (Trial trial = new Trial(new Judge());
        Arena arena = Arena.ofConfined()) {
      CaseState before = CaseState.in(arena);
      CaseState stored = CaseState.in(arena);
      for (String line : new String(System.in.readAllBytes(), UTF_8).lines().toList()) {
        if (line.isBlank() || line.startsWith("#")) {
          System.out.println(line);
        } else {
          CaseText.parse(line, before, stored);
          System.out.println(CaseText.line(before, trial.host(before)) + trial.difference(before));
        }
      }
    }
  }
}
