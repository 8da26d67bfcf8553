package jvisor.cpu.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.x87.FpuRig;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every instruction of the package, in every operand form, against a real processor. */
class OracleTest {
  private static final int CASES = 256;

  private static List<String> corpus(String name) throws IOException {
    try (InputStream in = OracleTest.class.getResourceAsStream(name)) {
      byte[] bytes = Objects.requireNonNull(in).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"oracle.txt, 800", "avx.txt, 1800"})
  void everyInstructionDoesWhatARealProcessorDoes(String corpus, int size) throws IOException {
    SemanticTable table = InstructionSet.semantics();
    try (FpuRig rig = rig(table)) {
      List<String> lines = corpus(corpus);
      assertThat(lines).hasSizeGreaterThan(size);
      Assertions.assertAll(lines.stream().map(line -> check(rig, table, line)));
    }
  }

  private static FpuRig rig(SemanticTable table) {
    FpuRig rig = new FpuRig(table);
    rig.c.state.setCr(4, Control.CR4_OSFXSR | Control.CR4_OSXMMEXCPT | Control.CR4_OSXSAVE);
    rig.c.state.set(VcpuState.XCR0, 7);
    return rig;
  }

  private static Executable check(FpuRig rig, SemanticTable table, String line) {
    String[] field = line.split("\\|", 5);
    return () -> {
      OracleCase cases = new OracleCase(rig.c, table, field[0], field[1].charAt(0), field[2]);
      assertThat(cases.digest(0, CASES - 1))
          .as(field[4])
          .isEqualTo(Long.parseUnsignedLong(field[3], 16));
    };
  }

  @Test
  void upperHalvesOfYmmRegistersStay() throws IOException {
    SemanticTable table = InstructionSet.semantics();
    try (FpuRig rig = rig(table)) {
      for (int k = 0; k < 16; k++) {
        rig.c.state.setVector(k, 2, k);
        rig.c.state.setVector(k, 3, ~k);
      }
      for (String line : corpus("oracle.txt")) {
        String[] field = line.split("\\|", 5);
        new OracleCase(rig.c, table, field[0], field[1].charAt(0), field[2]).run(0);
      }
      for (int k = 0; k < 16; k++) {
        assertThat(rig.c.state.vector(k, 2)).isEqualTo(k);
        assertThat(rig.c.state.vector(k, 3)).isEqualTo(~k);
      }
    }
  }
}
