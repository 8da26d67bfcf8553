package jvisor.isa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ObjdumpTest {
  private static final int SAMPLES_PER_ROW = 5;

  /** In 16-bit mode targets wrap at 64 KiB, in objdump at 4 GiB; stay below. */
  private static final int CHUNK = 60_000;

  @ParameterizedTest
  @EnumSource
  void lengthsNamesAndOperandsAgree(CodeMode mode) throws IOException {
    assumeTrue(Objdump.isPresent(), "no objdump here");
    Random random = new Random(3);
    ObjdumpComparison comparison = new ObjdumpComparison();
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (int i = 0; i < SAMPLES_PER_ROW; i++) {
      for (Row row : Table.ROWS.subList(1, Table.ROWS.size())) {
        code.write(Samples.of(row, mode, random), 0, 16);
        if (code.size() > CHUNK) {
          comparison.compare(code.toByteArray(), mode);
          code.reset();
        }
      }
    }
    comparison.compare(code.toByteArray(), mode);
    assertThat(comparison.differences()).isEmpty();
    assertThat(comparison.count()).isGreaterThan(10_000);
  }
}
