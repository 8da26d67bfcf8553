package jvisor.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jvisor.isa.Row;
import jvisor.isa.Table;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random cases of every row that a program can run, on the host's processor and on the interpreter.
 * The long run takes the number of its cases and its seed from the system properties {@code
 * oracle.cases} and {@code oracle.seed}.
 */
class OracleTest {
  private static final long MILLION = 1_000_000;
  private static final long SEED = 1;

  @BeforeAll
  static void theHostCanBeAsked() {
    String obstacle = HostProcessor.obstacle();
    Assumptions.assumeTrue(obstacle.isEmpty(), obstacle);
  }

  @Test
  void aMillionCasesAgreeWithTheHost() {
    assertThat(run(SEED, MILLION)).isEmpty();
  }

  @Test
  void aMillionFreshCasesAgreeWithTheHost() {
    long seed = System.nanoTime();
    System.out.println("fresh oracle cases: -Doracle.seed=" + seed);
    assertThat(run(seed, MILLION)).as("seed %d", seed).isEmpty();
  }

  @Tag("long")
  @Test
  void asManyCasesAsWantedAgreeWithTheHost() {
    long seed = Long.getLong("oracle.seed", System.nanoTime());
    long cases = Long.getLong("oracle.cases", 20 * MILLION);
    System.out.println(cases + " oracle cases: -Doracle.seed=" + seed);
    assertThat(run(seed, cases)).as("seed %d", seed).isEmpty();
  }

  private static List<String> run(long seed, long cases) {
    List<Row> rows = Table.ROWS.stream().filter(Exemptions::runsOnHost).toList();
    return new ParallelRun(rows, seed, cases).mismatches();
  }
}
