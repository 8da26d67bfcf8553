package jvisor.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Every scene of every sheet. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScenesTest {
  /** The names of all sheets. */
  static final List<String> SHEETS =
      List.of(
          "exceptions",
          "debug",
          "segmentation",
          "addresses",
          "xsave",
          "interrupts",
          "paging",
          "registers",
          "legacy",
          "vendors");

  private final Stage stage = new Stage();

  @TestFactory
  Stream<DynamicTest> everySceneEndsAsTheManualSays() {
    return SHEETS.stream()
        .flatMap(sheet ->
            Sheet.read(sheet).stream()
                .map(scene ->
                    DynamicTest.dynamicTest(sheet + ": " + scene.title(), () -> check(scene))));
  }

  @AfterAll
  void closeStage() {
    stage.close();
  }

  private void check(Scene scene) {
    List<List<String>> lines = stage.play(scene);
    assertThat(lines.get(1)).as(scene.title() + "\n" + scene.program()).isEqualTo(lines.get(0));
  }
}
