package jvisor.machine.clock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time that follows the host: it stops while paused, and a wake-up ends a sleep. */
class HostClockTest {
  private final HostClock clock = new HostClock(0);

  @Test
  void timeStandsStillWhilePausedAndGoesOnFromThere() {
    clock.pause();
    long then = clock.now();
    long host = System.nanoTime();
    while (System.nanoTime() - host < 2_000_000) {
      Thread.onSpinWait();
    }
    assertThat(clock.now()).isEqualTo(then);
    clock.resume();
    assertThat(clock.now()).isBetween(then, then + (System.nanoTime() - host));
  }

  @Test
  @Timeout(60)
  void aWakeUpThatCameBeforeTheSleepEndsIt() {
    Wakeup wakeup = new Wakeup();
    wakeup.raise();
    clock.timer(() -> {}).arm(Long.MAX_VALUE - 1);
    clock.idle(wakeup);
    assertThat(wakeup.take()).isFalse();
  }

  @Test
  void theBudgetShrinksTowardsADeadline() {
    long whole = clock.budget();
    clock.timer(() -> {}).arm(clock.now());
    assertThat(clock.budget()).isLessThanOrEqualTo(whole).isPositive();
  }
}
