package jvisor.cpu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.isa.Feature;
import jvisor.isa.Row;
import jvisor.isa.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuModelsTest {
  @Test
  void featuresAreAddedAndRemovedByName() {
    CpuModel model = CpuModels.parse("v2,-popcnt,+rdpid,-SSE4.2", true);
    assertThat(model.has(CpuFeature.POPCNT)).isFalse();
    assertThat(model.has(CpuFeature.SSE4_2)).isFalse();
    assertThat(model.has(CpuFeature.RDPID)).isTrue();
    assertThat(model.features()).contains(Feature.RDPID).doesNotContain(Feature.POPCNT);
    assertThat(model.hypervisorKvm()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pentium",
        "",
        "default,+nonsense",
        "default,aes",
        "default,+avx512f",
        "default,",
        "default,-",
        "v2,+avx2"
      })
  void whatIsWrongIsSaidInOneLine(String text) {
    assertThatThrownBy(() -> CpuModels.parse(text, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("\n");
  }

  @Test
  void theModelIsTheSameEveryTime() {
    assertThat(CpuModels.standard(true))
        .isEqualTo(CpuModels.of("default", List.of(), List.of(), true));
  }

  @Test
  void everyNameStandsForAModelWithLongMode() {
    for (String name : CpuModels.names()) {
      CpuModel model = CpuModels.of(name, List.of(), List.of(), false);
      assertThat(model.has(CpuFeature.LM)).as(name).isTrue();
      assertThat(model.has(CpuFeature.HYPERVISOR)).as(name).isFalse();
    }
  }

  /** Nothing that is announced raises #UD for want of a semantic. */
  @Test
  void everyRowOfAnAnnouncedFeatureHasASemantic() {
    SemanticTable semantics = InstructionSet.semantics();
    CpuModel max = CpuModels.of("max", List.of(), List.of(), false);
    assertThat(Table.ROWS)
        .filteredOn(row -> max.features().contains(row.feature()) && row != Row.INVALID)
        .allSatisfy(row -> assertThat(semantics.isBound(row.mnemonic())).isTrue());
  }
}
