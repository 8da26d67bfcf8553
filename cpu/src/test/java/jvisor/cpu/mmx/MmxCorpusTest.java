package jvisor.cpu.mmx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.x87.FpuRig;
import org.junit.jupiter.api.Test;

class MmxCorpusTest {
  @Test
  void everyInstructionComputesWhatARealProcessorComputes() throws IOException {
    List<MmxVector> vectors;
    try (InputStream in =
        Objects.requireNonNull(MmxCorpusTest.class.getResourceAsStream("mmx-corpus.txt"))) {
      vectors =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .map(MmxVector::new)
              .toList();
    }
    StringBuilder differences = new StringBuilder();
    try (FpuRig rig = new FpuRig(InstructionSet.semantics())) {
      vectors.forEach(vector -> differences.append(vector.difference(rig)));
    }
    assertThat(vectors).hasSize(196);
    assertThat(differences).isEmpty();
  }
}
