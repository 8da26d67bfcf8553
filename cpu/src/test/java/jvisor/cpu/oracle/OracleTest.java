package jvisor.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jvisor.isa.Row;
import jvisor.isa.Table;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random cases of every row that a program can run, on the host's processor and on the interpreter.
 * The long run takes the number of its cases and its seed from the system properties {@code
 * oracle.cases} and {@code oracle.seed}.
 */
class OracleTest {
  private static final long MILLION = 1_000_000;
  private static final long SEED = 1;

  /** Half of a million of what most programs are not made of. */
  private static long usual(CaseKind kind) {
    return kind == CaseKind.FLAT ? MILLION : MILLION / 2;
  }

  @ParameterizedTest
  @EnumSource
  void aMillionCasesAgreeWithTheHost(CaseKind kind) {
    assertThat(run(kind, SEED, usual(kind))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aMillionFreshCasesAgreeWithTheHost(CaseKind kind) {
    long seed = System.nanoTime();
    System.out.println("fresh oracle cases: " + kind + " -Doracle.seed=" + seed);
    assertThat(run(kind, seed, usual(kind))).as("seed %d", seed).isEmpty();
  }

  @Tag("long")
  @ParameterizedTest
  @EnumSource
  void asManyCasesAsWantedAgreeWithTheHost(CaseKind kind) {
    long seed = Long.getLong("oracle.seed", System.nanoTime());
    long cases = Long.getLong("oracle.cases", 20 * MILLION);
    System.out.println(cases + " oracle cases: " + kind + " -Doracle.seed=" + seed);
    assertThat(run(kind, seed, cases)).as("seed %d", seed).isEmpty();
  }

  private static List<String> run(CaseKind kind, long seed, long cases) {
    String obstacle = HostProcessor.obstacle(kind);
    Assumptions.assumeTrue(obstacle.isEmpty(), obstacle);
    List<Row> rows = Table.ROWS.stream().filter(Exemptions::runsOnHost).toList();
    return new ParallelRun(kind, rows, seed, cases).mismatches();
  }
}
