package jvisor.bench.programs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {
  private static final long TARGET = 1_000_000_000;

  @ParameterizedTest
  @ValueSource(longs = {100, 7_000, 1_000_000, 30_000_000, 900_000_000})
  void aRunTakesAboutTheTimeWanted(long unit) {
    Calibration calibration = calibrated(unit, 0);
    assertThat(calibration.count() * unit).isBetween(TARGET / 2, TARGET * 3 / 2);
  }

  @Test
  void aUnitLongerThanTheTimeIsRunOnce() {
    assertThat(calibrated(5 * TARGET, 0).count()).isEqualTo(1);
  }

  @Test
  void whatTheMarksTakeDoesNotKeepTheCountSmall() {
    assertThat(calibrated(1_000, 3_000_000).count()).isBetween(900_000L, 1_100_000L);
  }

  @Test
  void aFirstRunThatIsSlowerThanLaterOnesDoesNotKeepTheCountSmall() {
    Calibration calibration = new Calibration(TARGET);
    calibration.took(3 * TARGET);
    while (!calibration.done()) {
      calibration.took(calibration.count() * 1_000_000);
    }
    assertThat(calibration.count()).isEqualTo(1000);
  }

  @Test
  void aClockThatStandsStillDoesNotMakeTheCountExplode() {
    Calibration calibration = new Calibration(TARGET);
    calibration.took(0);
    assertThat(calibration.done()).isFalse();
    assertThat(calibration.count()).isEqualTo(100);
  }

  private static Calibration calibrated(long unit, long overhead) {
    Calibration calibration = new Calibration(TARGET);
    for (int runs = 0; !calibration.done(); runs++) {
      assertThat(runs).isLessThan(20);
      calibration.took(calibration.count() * unit + overhead);
    }
    return calibration;
  }
}
