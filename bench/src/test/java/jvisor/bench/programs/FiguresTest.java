package jvisor.bench.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @ParameterizedTest
  @CsvSource({
    "12.34, 12.3 s",
    "1, 1.00 s",
    "0.9996, 1.00 s",
    "0.9994, 999 ms",
    "0.00123, 1.23 ms",
    "0.000045678, 45.7 µs",
    "0.000000002, 2.00 ns",
    "0.0000000000123, 0.0123 ns"
  })
  void timesAreInTheUnitThatFits(double seconds, String text) {
    assertThat(Figures.time(OptionalDouble.of(seconds))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "123.4, 123",
    "99.96, 100",
    "12.34, 12.3",
    "9.996, 10.0",
    "1.004, 1.00",
    "0.456, 0.456",
    "0.0456, 0.0456"
  })
  void ratiosHaveThreeDigits(double ratio, String text) {
    assertThat(Figures.ratio(OptionalDouble.of(ratio))).isEqualTo(text);
  }

  @Test
  void whatWasNotMeasuredIsADash() {
    assertThat(Figures.time(OptionalDouble.empty())).isEqualTo("–");
    assertThat(Figures.ratio(OptionalDouble.empty())).isEqualTo("–");
  }
}
