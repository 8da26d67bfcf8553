package jvisor.cpu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.isa.Feature;
import jvisor.isa.Row;
import jvisor.isa.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        "default,+monitor",
        "max,+hypervisor",
        "v2,+sse4.2,-ssse3",
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

  /** The levels of the x86-64 psABI, 3.1.1, by the oldest processors that reach them. */
  @ParameterizedTest
  @CsvSource({
    "v1, opteron barcelona",
    "v2, nehalem westmere sandybridge ivybridge",
    "v3, haswell broadwell skylake icelake intel zen zen2 zen3 zen4 default max",
  })
  void everyProcessorHasItsLevel(String level, String names) {
    Set<Feature> rows = rowsOf(level);
    for (String name : names.split(" ", -1)) {
      assertThat(rowsOf(name)).as(name).containsAll(rows);
    }
  }

  private static Set<Feature> rowsOf(String name) {
    return CpuModels.parse(name, false).features();
  }

  @Test
  void withAFeatureComesWhatItNeedsAndWithoutItGoesWhatNeedsIt() {
    CpuModel added = CpuModels.parse("opteron,+sse4.2", false);
    assertThat(added.announced()).contains(CpuFeature.SSE4_1, CpuFeature.SSSE3);
    CpuModel removed = CpuModels.parse("max,-xsave", false);
    assertThat(removed.announced())
        .doesNotContain(
            CpuFeature.XSAVES, CpuFeature.AVX, CpuFeature.AVX2, CpuFeature.FMA, CpuFeature.F16C)
        .contains(CpuFeature.AES, CpuFeature.BMI2);
    assertThat(removed.features()).doesNotContain(Feature.AVX, Feature.AES_AVX, Feature.VAES);
    assertThat(removed.xsaveComponents()).isZero();
  }

  @Test
  void theHighestLeafRisesWithTheFeatures() {
    assertThat(leaf("nehalem", 0).eax()).isEqualTo(0xb);
    assertThat(leaf("opteron", 0).eax()).isEqualTo(1);
    assertThat(leaf("opteron,+bmi1", 0).eax()).isEqualTo(7);
    assertThat(leaf("opteron,+bmi1", 7).ebx()).isEqualTo(8);
    assertThat(leaf("haswell", 0x8000_0000).eax()).isEqualTo(0x8000_0008);
  }

  private static Cpuid leaf(String name, int leaf) {
    return Cpuid.of(CpuModels.parse(name, false), leaf, 0, new StandIn());
  }

  private record StandIn() implements Cpuid.Processor {
    @Override
    public int apicId() {
      return 0;
    }

    @Override
    public int processors() {
      return 1;
    }

    @Override
    public long cr4() {
      return 0;
    }

    @Override
    public long xcr0() {
      return 1;
    }

    @Override
    public long xss() {
      return 0;
    }

    @Override
    public long apicBase() {
      return 0xfee0_0900L;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "nehalem, 106a5",
    "westmere, 206c2",
    "sandybridge, 206d7",
    "ivybridge, 306e4",
    "haswell, 306f2",
    "broadwell, 406f1",
    "skylake, 50654",
    "icelake, 606a6",
    "opteron, 40f12",
    "barcelona, 100f23",
    "zen, 800f12",
    "zen2, 830f10",
    "zen3, a00f11",
    "zen4, a10f11",
    "default, a10f11"
  })
  void signaturesAreThoseOfTheProcessors(String name, String signature) {
    assertThat(Integer.toHexString(CpuModels.parse(name, false).signature())).isEqualTo(signature);
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
