package jvisor.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import jvisor.cpu.state.Rflags;
import org.junit.jupiter.api.Test;

/** Replays what a real processor (AMD Zen 4) did with random general-purpose instructions. */
class IntegerCorpusTest {
  private static final long FLAGS = Rflags.ARITHMETIC | Rflags.DF;

  @Test
  void everyInstructionLeavesTheStateThatTheRealProcessorLeft() throws IOException {
    List<String> differences = new ArrayList<>();
    List<Corpus.Entry> entries = corpus();
    try (Processor processor = new JvisorProcessor(IntegerChapters.table())) {
      for (Corpus.Entry entry : entries) {
        MachineState actual = entry.before().copy();
        processor.execute(List.of(actual));
        compare(differences, actual, entry.after());
      }
    }
    assertThat(differences).isEmpty();
    assertThat(entries).hasSizeGreaterThan(3_000);
  }

  @Test
  void theInterpreterDoesSoWithItsOpsForFrequentForms() throws IOException {
    List<String> differences = new ArrayList<>();
    try (Processor processor = new EngineProcessor()) {
      for (Corpus.Entry entry : corpus()) {
        MachineState actual = entry.before().copy();
        processor.execute(List.of(actual));
        if (entry.after().vector == MachineState.NONE) {
          compare(differences, actual, entry.after());
        } else {
          assertThat(actual.vector).isEqualTo(EngineProcessor.SHUTDOWN);
        }
      }
    }
    assertThat(differences).isEmpty();
  }

  private static void compare(
      List<String> differences, MachineState actual, MachineState expected) {
    String difference = actual.difference(expected, FLAGS);
    if (!difference.isEmpty()) {
      differences.add(HexFormat.of().formatHex(actual.code) + difference);
    }
  }

  private static List<Corpus.Entry> corpus() throws IOException {
    List<Corpus.Entry> entries = new ArrayList<>();
    for (String name : List.of("integer.corpus", "bits.corpus")) {
      try (InputStream file =
          Objects.requireNonNull(IntegerCorpusTest.class.getResourceAsStream(name))) {
        entries.addAll(Corpus.read(file));
      }
    }
    return entries;
  }
}
