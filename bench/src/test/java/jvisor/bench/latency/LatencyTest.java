package jvisor.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.List;
import jvisor.cpu.translator.Translator;
import jvisor.machine.Processors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LatencyTest {
  @BeforeEach
  void theHostHasATranslator() {
    Assumptions.assumeTrue(Translator.isSupported(), "no translator on this host");
  }

  @Test
  void turnsEnd() {
    assertThat(Spinner.turns(20).count()).isEqualTo(20);
  }

  @ParameterizedTest
  @EnumSource
  void guestsThatWorkAnswerEveryRequest(Work work) {
    assertThat(Spinner.requests(work, false, 20).count()).isEqualTo(20);
    assertThat(Spinner.requests(work, true, 20).count()).isEqualTo(20);
    assertThat(Spinner.interrupts(work, 20).count()).isEqualTo(20);
    assertThat(Signals.take(work, 20).quantile(0)).isPositive();
    for (Processors processors : Processors.values()) {
      assertThat(Spinning.stops(work, false, processors, 2).count()).isEqualTo(2);
    }
  }

  @Test
  void quantilesAreValuesThatThereWere() {
    Iterator<Long> nanos = List.of(0L, 0L, 40L, 10L, 30L, 20L).iterator();
    Samples samples = Samples.take(4, nanos::next);

    assertThat(samples.quantile(0.5)).isEqualTo(20);
    assertThat(samples.quantile(0.51)).isEqualTo(30);
    assertThat(samples.quantile(0.99)).isEqualTo(40);
    assertThat(samples.quantile(1)).isEqualTo(40);
  }
}
