package jvisor.cpu.x87;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import jvisor.cpu.vcpu.SemanticTable;
import org.junit.jupiter.api.Test;

class X87CorpusTest {
  @Test
  void everyInstructionLeavesTheStateThatARealProcessorLeaves() throws IOException {
    SemanticTable table = new SemanticTable();
    X87.bind(table);
    List<X87Vector> vectors = corpus();
    StringBuilder differences = new StringBuilder();
    try (FpuRig rig = new FpuRig(table)) {
      for (X87Vector vector : vectors) {
        differences.append(vector.difference(rig));
      }
    }
    assertThat(vectors).hasSize(1120);
    assertThat(vectors.stream().map(X87Vector::bytes).distinct()).hasSize(280);
    assertThat(differences).isEmpty();
  }

  private static List<X87Vector> corpus() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(X87CorpusTest.class.getResourceAsStream("x87-corpus.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(X87Vector::new)
          .toList();
    }
  }
}
