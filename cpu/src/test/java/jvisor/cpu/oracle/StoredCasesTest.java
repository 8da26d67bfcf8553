package jvisor.cpu.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Cases with what a real processor (AMD Zen 4) made of them, which run wherever this does: some of
 * each row and {@link CaseKind}, drawn by {@link CorpusWriter}, and those in which we once
 * differed, as {@link OracleRun} prints them.
 */
class StoredCasesTest {
  private static List<String> lines(String name) throws IOException {
    try (InputStream file =
        Objects.requireNonNull(StoredCasesTest.class.getResourceAsStream(name))) {
      return new String(file.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"cases.gz, 15000", "segmented.gz, 4000"})
  void casesOfEveryRowEndAsOnTheRealProcessor(String name, int size) throws IOException {
    List<String> lines;
    try (InputStream file =
        Objects.requireNonNull(StoredCasesTest.class.getResourceAsStream(name))) {
      byte[] text = new GZIPInputStream(file).readAllBytes();
      lines = new String(text, UTF_8).lines().toList();
    }
    assertThat(lines).hasSizeGreaterThan(size);
    assertThat(differences(lines)).isEmpty();
  }

  @Test
  void whatOnceDifferedEndsAsOnTheRealProcessor() throws IOException {
    assertThat(differences(lines("regressions.txt"))).isEmpty();
  }

  @Test
  void theHostAgreesWithItsStoredResults() throws IOException {
    String obstacle = HostProcessor.obstacle(CaseKind.SEGMENTED);
    Assumptions.assumeTrue(obstacle.isEmpty(), obstacle);
    List<String> changed = new ArrayList<>();
    try (Trial trial = new Trial(new Judge(List.of(), InstructionSet.semantics()));
        Arena arena = Arena.ofConfined()) {
      CaseState before = CaseState.in(arena);
      CaseState stored = CaseState.in(arena);
      for (String line : lines("regressions.txt")) {
        assertThat(CaseText.parse(line, before, stored)).as(line).isTrue();
        Insn i = CaseGenerator.decode(before);
        CaseState real = trial.host(before);
        if (!Comparison.same(real, stored, i)) {
          changed.add(line + Comparison.difference(real, stored, i));
        }
      }
    }
    assertThat(changed).isEmpty();
  }

  private static List<String> differences(List<String> lines) {
    List<String> differences = new ArrayList<>();
    try (Judge judge = new Judge();
        Arena arena = Arena.ofConfined()) {
      CaseState before = CaseState.in(arena);
      CaseState real = CaseState.in(arena);
      for (String line : lines) {
        assertThat(CaseText.parse(line, before, real)).as(line).isTrue();
        Mnemonic mnemonic = CaseGenerator.decode(before).mnemonic();
        if (Exemptions.isTheProcessorsOwn(mnemonic) && !HostFeatures.isAmd()) {
          continue;
        }
        String difference = judge.difference(before, real);
        if (!difference.isEmpty()) {
          differences.add(line + difference);
        }
      }
    }
    return differences;
  }
}
