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
  @Test
  void everyInstructionLeavesTheStateThatTheRealProcessorLeft() throws IOException {
    List<Corpus.Entry> entries;
    try (InputStream file =
        Objects.requireNonNull(IntegerCorpusTest.class.getResourceAsStream("integer.corpus"))) {
      entries = Corpus.read(file);
    }
    List<String> differences = new ArrayList<>();
    try (JvisorProcessor processor = new JvisorProcessor(IntegerChapters.table())) {
      for (Corpus.Entry entry : entries) {
        MachineState actual = entry.before().copy();
        processor.execute(List.of(actual));
        String difference = actual.difference(entry.after(), Rflags.ARITHMETIC | Rflags.DF);
        if (!difference.isEmpty()) {
          differences.add(HexFormat.of().formatHex(actual.code) + difference);
        }
      }
    }
    assertThat(differences).isEmpty();
    assertThat(entries).hasSizeGreaterThan(3_000);
  }
}
