package jvisor.bench.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
  private final Report report = Sample.report();

  @Test
  void theMeanIsOverTheProgramsAndNotTheBoots() {
    assertThat(report.mean(Engine.JVISOR, Engine.NATIVE).orElseThrow()).isCloseTo(4, within(1e-9));
    assertThat(report.mean(Engine.QEMU, Engine.JVISOR).orElseThrow()).isCloseTo(2, within(1e-9));
  }

  @Test
  void aProgramThatAnEngineDidNotRunLeavesNoMean() {
    Row lonely = new Row("fib", "fib", Map.of(Engine.JVISOR, List.of(1.0)));
    Report partial =
        new Report(List.of(lonely), List.of(), lonely, 1, Map.of(), "bench/run programs");
    assertThat(partial.mean(Engine.QEMU, Engine.JVISOR)).isEmpty();
    assertThat(lonely.ratio(Engine.QEMU, Engine.JVISOR)).isEmpty();
  }

  @Test
  void theTableHasColumnsOfEqualWidth() {
    assertThat(Table.ofTimes(report).text())
        .isEqualTo(
            """
            work             native   Jvisor     QEMU  Jvisor/native  QEMU/Jvisor
            fib             1.00 ms  2.00 ms  32.0 ms           2.00         16.0
            a < b & c       4.00 ms  32.0 ms  8.00 ms           8.00        0.250
            geometric mean                                      4.00         2.00
            boot                  –   1.50 s   1.00 s              –        0.667
            """);
  }

  @Test
  void theSectionHasPictureTableAndFacts() {
    assertThat(Page.section(report, "p.svg"))
        .contains("](p.svg)\n")
        .contains("| boot: Jvisor/QEMU | ≤ 2.5 | ≤ 1.2 | 1.50 | reached |\n")
        .contains("| fib | 1.00 ms | 2.00 ms | 32.0 ms | 2.00 | 16.0 |\n")
        .contains(
            "medians of 3 runs. Runs of a program on an engine lie at most 20 % of their median"
                + " apart")
        .contains("\nSlower than QEMU: a < b & c.\n")
        .contains("- processor: one of many\n")
        .endsWith("- command: `bench/run programs 3`\n");
  }

  @Test
  void theSectionReplacesOnlyWhatIsBetweenTheComments() {
    String once =
        Page.with(
            """
            before
            <!-- written by bench/run programs --write -->
            old
            older
            <!-- end of what is written -->
            after
            """,
            "new\n");
    assertThat(once)
        .isEqualTo(
            """
            before
            <!-- written by bench/run programs --write -->
            new
            <!-- end of what is written -->
            after
            """);
    assertThat(Page.with(once, "new\n")).isEqualTo(once);
  }

  @Test
  void jsonHasEveryTimeAndNothingForWhatWasNotMeasured() {
    JsonNode json = JsonMapper.shared().readTree(JsonText.of(report));
    assertThat(json.at("/programs/0/name").asString()).isEqualTo("fib");
    assertThat(json.at("/programs/0/jvisor").asDouble()).isEqualTo(0.002);
    assertThat(json.at("/programs/0/seconds/qemu").size()).isEqualTo(3);
    assertThat(json.at("/geometricMean/qemuToJvisor").asDouble()).isCloseTo(2, within(1e-9));
    assertThat(json.at("/boots/0").has("native")).isFalse();
    assertThat(json.at("/boots/0/qemuToJvisor").asDouble()).isCloseTo(1 / 1.5, within(1e-9));
  }
}
