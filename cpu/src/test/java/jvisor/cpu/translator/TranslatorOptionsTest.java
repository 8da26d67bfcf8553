package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings as people write them. */
class TranslatorOptionsTest {
  @Test
  void wordsChangeWhatTheyNameAndNothingElse() {
    TranslatorOptions options = TranslatorOptions.USUAL.with("threshold=7,counting=on");

    assertThat(options).isEqualTo(TranslatorOptions.USUAL.withThreshold(7).counting(true));
    assertThat(options.with("counting=off").threshold()).isEqualTo(7);
  }

  @Test
  void thresholdZeroTranslatesAlways() {
    assertThat(TranslatorOptions.USUAL.with("threshold=0")).isEqualTo(TranslatorOptions.always());
  }

  @Test
  void optimisationsAreSwitchedOffByName() {
    assertThat(TranslatorOptions.USUAL.with("without=links+32-bit").without())
        .containsExactlyInAnyOrder(Optimisation.LINKS, Optimisation.CODE_32);
    assertThat(TranslatorOptions.USUAL.with("without=links,without=").without()).isEmpty();
    assertThat(TranslatorOptions.USUAL.with("without=all").without())
        .containsExactlyInAnyOrder(Optimisation.values());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""              | '' is not NAME=VALUE
          threshold       | 'threshold' is not
          threshold=      | threshold=: a number
          threshold=-1    | threshold=-1: a number
          threshold=1e3   | threshold=1e3: a number
          threshold=9999999999 | a number from 0 to
          counting=yes    | counting=yes: on or off
          warp=9          | 'warp'
          counting=on,    | '' is not
          without=links+warp | without=warp: all, or some of links+target-cache
          without=links+  | without=: all
          """)
  void whatMakesNoSenseIsNamed(String text, String part) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TranslatorOptions.USUAL.with(text))
        .withMessageContaining(part);
  }
}
