package jvisor.machine.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import jvisor.platform.VmClock;
import jvisor.platform.VmClock.Timer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time that follows the host's, on a host whose clock the test drives. */
class HostClockTest {
  private static final long MILLI = 1_000_000;

  private long host = 5_000_000_000L;
  private long retired;
  private final HostClock clock = new HostClock(0, () -> retired, () -> host);

  /** Runs one slice on a host that takes {@code cost} nanoseconds for an instruction. */
  private long slice(long cost) {
    long instructions = clock.budget();
    retired += instructions;
    host += instructions * cost;
    clock.ran(instructions);
    return instructions;
  }

  private void runFor(long hostNanos, long cost) {
    long end = host + hostNanos;
    while (host < end) {
      slice(cost);
    }
  }

  private long lag() {
    return host - 5_000_000_000L - clock.now();
  }

  @Test
  void timeMeetsTheHostsWhateverTheGuestsSpeed() {
    for (long cost : new long[] {10, 3, 40, 90, 1, 25}) {
      runFor(100 * MILLI, cost);
      assertThat(lag()).as("at %d ns", cost).isCloseTo(0, within(MILLI / 10));
    }
  }

  @Test
  void timeAdvancesEvenlyWithinASlice() {
    runFor(100 * MILLI, 10);
    clock.budget();
    long before = clock.now();
    retired += 1000;
    long first = clock.now() - before;
    host += 30 * MILLI;
    retired += 1000;
    assertThat(clock.now() - before - first).isCloseTo(first, within(1L));
  }

  @Test
  void timeIsTheLineThatItsPaceTells() {
    runFor(100 * MILLI, 7);
    clock.budget();
    for (int n = 0; n < 1000; n++) {
      retired += n;
      assertThat(clock.now())
          .isEqualTo(clock.base() + (clock.beyond() * clock.pace() >> VmClock.PACE_BITS));
    }
    assertThat(clock.pace()).isPositive();
  }

  @Test
  void aGuestDoesNotSeeThatItsHostWasAway() {
    runFor(100 * MILLI, 10);
    host += 800 * MILLI;
    long before = clock.now();
    long instructions = slice(10);
    assertThat(clock.now() - before)
        .isLessThanOrEqualTo((long) (instructions * HostClock.SLOWEST_PACE));
    runFor(400 * MILLI, 10);
    assertThat(lag()).isCloseTo(0, within(MILLI / 10));
  }

  @Test
  void aSlowProgramFallsBehindAndCatchesUp() {
    runFor(100 * MILLI, 2000);
    assertThat(lag()).isGreaterThan(90 * MILLI);
    runFor(50 * MILLI, 10);
    assertThat(lag()).isCloseTo(0, within(MILLI / 10));
  }

  @Test
  void anAbsenceThatIsTooLongIsSkipped() {
    runFor(10 * MILLI, 10);
    host += HostClock.MOST_LAG + MILLI;
    clock.budget();
    assertThat(lag()).isZero();
  }

  @Test
  void theBudgetEndsAtTheDeadline() {
    runFor(100 * MILLI, 10);
    long[] fired = {-1};
    long deadline = clock.now() + 20_000;
    clock.timer(() -> fired[0] = clock.now()).arm(deadline);
    while (fired[0] < 0) {
      slice(10);
      clock.fireDue();
    }
    assertThat(fired[0]).isBetween(deadline, deadline + 100);
  }

  @Test
  void anIdleGuestThatIsBehindFindsEveryTickAtItsTime() {
    runFor(100 * MILLI, 10);
    List<Long> ticks = new ArrayList<>();
    long start = clock.now() + 1000;
    Timer[] timer = new Timer[1];
    timer[0] =
        clock.timer(() -> {
          ticks.add(clock.now());
          timer[0].arm(start + ticks.size() * MILLI);
        });
    timer[0].arm(start);
    host += 10 * MILLI;
    while (ticks.size() < 10) {
      clock.idle(new Wakeup());
      clock.fireDue();
    }
    for (int i = 0; i < 10; i++) {
      assertThat(ticks.get(i)).isEqualTo(start + i * MILLI);
    }
  }

  @Test
  void timeStandsStillWhilePausedAndGoesOnFromThere() {
    runFor(10 * MILLI, 10);
    clock.pause();
    long then = clock.now();
    host += 3 * MILLI;
    retired = 0;
    clock.resume();
    assertThat(clock.now()).isEqualTo(then);
    clock.budget();
    retired += 10;
    assertThat(clock.now()).isBetween(then, then + 1000);
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
}
