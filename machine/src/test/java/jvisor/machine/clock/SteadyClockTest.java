package jvisor.machine.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Time that is the host's but for pauses. */
class SteadyClockTest {
  private final AtomicLong host = new AtomicLong(7_000);
  private final SteadyClock clock = new SteadyClock(0, host::get);

  @Test
  void timeIsTheHostsButForPauses() {
    host.addAndGet(100);
    assertThat(clock.now()).isEqualTo(100);
    clock.pause();
    host.addAndGet(50);
    clock.pause();
    assertThat(clock.now()).isEqualTo(100);
    clock.resume();
    host.addAndGet(3);
    clock.resume();
    assertThat(clock.now()).isEqualTo(103);
  }

  @Test
  void sleepLastsUntilTheNextDeadline() {
    List<Long> fired = new ArrayList<>();
    assertThat(clock.untilDeadline()).isEqualTo(1_000_000_000);
    clock.timer(() -> fired.add(clock.now())).arm(400);
    assertThat(clock.untilDeadline()).isEqualTo(400);
    host.addAndGet(390);
    clock.fireDue();
    assertThat(fired).isEmpty();
    assertThat(clock.untilDeadline()).isEqualTo(10);
    host.addAndGet(15);
    assertThat(clock.untilDeadline()).isZero();
    clock.fireDue();
    assertThat(fired).containsExactly(405L);
  }
}
