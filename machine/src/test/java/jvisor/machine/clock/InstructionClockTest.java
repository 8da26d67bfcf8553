package jvisor.machine.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import jvisor.platform.VmClock;
import jvisor.platform.VmClock.Timer;
import org.junit.jupiter.api.Test;

/** Time that is the count of instructions: exact budgets, order of timers, jumps while idle. */
class InstructionClockTest {
  private long retired;
  private final InstructionClock clock = new InstructionClock(1000, () -> retired, 100);
  private final List<String> fired = new ArrayList<>();

  @Test
  void aHundredInstructionsAreAMicrosecond() {
    retired = 12_345;
    assertThat(clock.now()).isEqualTo(123_450);
  }

  @Test
  void thePaceIsToldIfItIsAWholeNumberOfNanoseconds() {
    retired = 12_345;
    assertThat(clock.pace()).isEqualTo(10L << VmClock.PACE_BITS);
    assertThat(clock.base()).isEqualTo(123_450);
    assertThat(clock.beyond()).isZero();
    assertThat(new InstructionClock(0, () -> retired, 300).pace()).isZero();
  }

  @Test
  void theBudgetEndsExactlyAtTheNextDeadline() {
    clock.timer(() -> fired.add("a")).arm(1_005);
    assertThat(clock.budget()).isEqualTo(101);
    retired = 100;
    assertThat(clock.budget()).isEqualTo(1);
    clock.fireDue();
    assertThat(fired).isEmpty();
    retired = 101;
    clock.fireDue();
    assertThat(fired).containsExactly("a");
  }

  @Test
  void dueTimersFireByDeadlineThenByAge() {
    Timer late = clock.timer(() -> fired.add("late"));
    Timer first = clock.timer(() -> fired.add("first"));
    Timer second = clock.timer(() -> fired.add("second"));
    late.arm(30);
    second.arm(20);
    first.arm(20);
    retired = 100;
    clock.fireDue();
    assertThat(fired).containsExactly("first", "second", "late");
  }

  @Test
  void aTimerThatArmsItselfInThePastDoesNotHoldUpTheMachine() {
    Timer[] timer = new Timer[1];
    timer[0] =
        clock.timer(() -> {
          fired.add("tick");
          timer[0].arm(0);
        });
    timer[0].arm(0);
    clock.fireDue();
    assertThat(fired).containsExactly("tick");
    clock.fireDue();
    assertThat(fired).hasSize(2);
  }

  @Test
  void aCancelledTimerIsForgotten() {
    Timer timer = clock.timer(() -> fired.add("never"));
    timer.arm(10);
    timer.cancel();
    retired = 100;
    clock.fireDue();
    assertThat(fired).isEmpty();
    assertThat(clock.nextDeadline()).isEqualTo(MachineClock.NEVER);
  }

  @Test
  void anIdleMachineJumpsToTheNextDeadline() {
    clock.timer(() -> fired.add("wake")).arm(5_000_000);
    clock.idle(new Wakeup());
    assertThat(clock.now()).isEqualTo(5_000_000);
    clock.fireDue();
    assertThat(fired).containsExactly("wake");
  }

  @Test
  void anEarlierDeadlineEndsTheRunningSlice() {
    clock.onEarlier(() -> fired.add("shorter"));
    clock.timer(() -> {}).arm(1000);
    clock.timer(() -> {}).arm(2000);
    clock.timer(() -> {}).arm(500);
    assertThat(fired).containsExactly("shorter", "shorter");
  }
}
