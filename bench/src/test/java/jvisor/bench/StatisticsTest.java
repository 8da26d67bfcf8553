package jvisor.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void theMedianOfAnOddNumberIsTheMiddleOne() {
    assertThat(Statistics.median(List.of(9.0, 1.0, 100.0))).isEqualTo(9);
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
    assertThat(Statistics.median(List.of(8.0, 1.0, 100.0, 2.0))).isEqualTo(5);
  }

  @Test
  void theGeometricMeanOfOppositesIsOne() {
    assertThat(Statistics.geometricMean(List.of(4.0, 0.25, 10.0, 0.1))).isCloseTo(1, within(1e-12));
  }

  @Test
  void theGeometricMeanIsTheRootOfTheProduct() {
    assertThat(Statistics.geometricMean(List.of(2.0, 3.0, 36.0))).isCloseTo(6, within(1e-12));
  }

  @Test
  void whatIsNotPositiveHasNoGeometricMean() {
    assertThatThrownBy(() -> Statistics.geometricMean(List.of(2.0, 0.0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Statistics.geometricMean(List.of(Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothingHasNeitherMedianNorMean() {
    assertThatThrownBy(() -> Statistics.median(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Statistics.geometricMean(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSpreadIsAPartOfTheMedian() {
    assertThat(Statistics.spread(List.of(9.0, 10.0, 12.0))).isCloseTo(0.3, within(1e-12));
  }
}
