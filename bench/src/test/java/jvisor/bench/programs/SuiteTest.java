package jvisor.bench.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteTest {
  private static final long MILLISECOND = 1_000_000;

  @TempDir Path folder = Path.of("");

  @Test
  void programsAreFoundByNameAndRunInTheirOrder() {
    assertThat(Program.named(List.of("pipe", "aes"))).containsExactly(Program.AES, Program.PIPE);
    assertThatThrownBy(() -> Program.named(List.of("pipe", "ease")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no program is called ease; there are integer, sha256");
  }

  @Test
  void everyProgramHasItsSource() {
    assertThat(Program.values())
        .allSatisfy(p -> assertThat(Suite.class.getResource(p.file() + ".c")).isNotNull());
  }

  @Test
  void programsRunOnRequestAndPrintWhatTheyReckoned() throws Exception {
    Suite suite = build(Program.FIB, Program.FORKEXEC);
    try (Runner runner = new Runner("host", List.of(suite.init().toString()))) {
      runner.awaitReady();
      Marks.Outcome outcome = runner.run("fib", 2);
      assertThat(Long.parseLong(outcome.sum(), 16)).isEqualTo(196_418);
      assertThat(outcome.nanos()).isPositive();
      assertThat(runner.run("forkexec", 1).sum()).isEqualTo(runner.run("forkexec", 3).sum());
      assertThatThrownBy(() -> runner.run("fibre", 1))
          .isInstanceOf(IOException.class)
          .hasMessage("host: fibre ended with status 127");
    }
  }

  @Test
  void aContestHasARowForEachProgramAndATimeForEachRound() throws Exception {
    Suite suite = build(Program.FIB);
    Map<Engine, List<String>> commands = new EnumMap<>(Engine.class);
    commands.put(Engine.NATIVE, List.of(suite.init().toString()));
    commands.put(Engine.JVISOR, List.of(suite.init().toString()));
    List<String> progress = new ArrayList<>();
    try (Runners runners = new Runners(commands)) {
      Contest contest = new Contest(runners.ready(), MILLISECOND, progress::add);
      contest.addSingle(Suite.NOTHING, "marks alone");
      contest.add(Program.FIB);
      contest.round();
      contest.round();
      assertThat(contest.rows()).extracting(Row::name).containsExactly("nothing", "fib");
      assertThat(contest.rows())
          .allSatisfy(row -> {
            assertThat(row.seconds().keySet()).containsExactly(Engine.NATIVE, Engine.JVISOR);
            assertThat(row.seconds().values()).allSatisfy(times -> assertThat(times).hasSize(2));
          });
    }
    assertThat(progress).hasSize(1);
  }

  @Test
  void enginesThatDisagreeEndTheContest() throws Exception {
    Suite suite = build(Program.FIB);
    String lying = suite.init() + " | sed -u 's/@sum ./@sum f/'";
    Map<Engine, List<String>> commands = new EnumMap<>(Engine.class);
    commands.put(Engine.NATIVE, List.of(suite.init().toString()));
    commands.put(Engine.JVISOR, List.of("sh", "-c", lying));
    try (Runners runners = new Runners(commands)) {
      Contest contest = new Contest(runners.ready(), MILLISECOND, line -> {});
      assertThatThrownBy(() -> contest.add(Program.FIB))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("fib: the checksum on Jvisor is f00000000002ff42, not 0000");
    }
  }

  private Suite build(Program... programs) throws IOException, InterruptedException {
    Suite.obstacle().ifPresent(Assumptions::abort);
    return Suite.build(folder, List.of(programs), Assumptions::abort);
  }
}
