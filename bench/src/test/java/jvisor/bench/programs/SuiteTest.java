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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SuiteTest {
  private static final long MILLISECOND = 1_000_000;

  private String init = "";

  @BeforeAll
  void build(@TempDir Path folder) throws IOException, InterruptedException {
    Suite.obstacle().ifPresent(Assumptions::abort);
    List<Program> programs = List.of(Program.FIB, Program.FORKEXEC);
    init = Suite.build(folder, programs, Assumptions::abort).init().toString();
  }

  @Test
  void programsRunOnRequestAndPrintWhatTheyReckoned() throws Exception {
    try (Runner runner = new Runner("host", List.of(init))) {
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
    Map<Engine, List<String>> commands = new EnumMap<>(Engine.class);
    commands.put(Engine.NATIVE, List.of(init));
    commands.put(Engine.JVISOR, List.of(init));
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
    String lying = init + " | sed -u 's/@sum ./@sum f/'";
    Map<Engine, List<String>> commands = new EnumMap<>(Engine.class);
    commands.put(Engine.NATIVE, List.of(init));
    commands.put(Engine.JVISOR, List.of("sh", "-c", lying));
    try (Runners runners = new Runners(commands)) {
      Contest contest = new Contest(runners.ready(), MILLISECOND, line -> {});
      assertThatThrownBy(() -> contest.add(Program.FIB))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("fib: the checksum on Jvisor is f00000000002ff42, not 0000");
    }
  }
}
