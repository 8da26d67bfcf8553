package jvisor.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Collection;
import java.util.List;
import jvisor.cpu.translator.Optimisation;
import jvisor.cpu.translator.Translator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scenes as translations, all that can be, without one of their optimisations. */
class SwitchedScenesTest {
  @BeforeEach
  void theHostHasATranslator() {
    assumeTrue(Translator.isSupported(), "no translator on this host");
  }

  @ParameterizedTest
  @EnumSource
  void addressesAndRegistersAreTheSame(Optimisation off) {
    play(List.of("addresses", "registers"), off.label());
  }

  @ParameterizedTest
  @EnumSource
  @Tag("long")
  void everySceneIsTheSame(Optimisation off) {
    play(ScenesTest.SHEETS, off.label());
  }

  @Test
  @Tag("long")
  void everySceneIsTheSameWithoutAny() {
    play(ScenesTest.SHEETS, "all");
  }

  private static void play(Collection<String> sheets, String without) {
    try (Stage stage = new Stage(EngineKind.translator("without=" + without))) {
      for (String sheet : sheets) {
        for (Scene scene : Sheet.read(sheet)) {
          List<List<String>> lines = stage.play(scene);
          assertThat(lines.get(1))
              .as(sheet + ": " + scene.title() + "\n" + scene.program())
              .isEqualTo(lines.get(0));
        }
      }
    }
  }
}
