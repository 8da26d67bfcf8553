package jvisor.cpu.apic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The timer's three modes (SDM vol. 3, "APIC Timer"). */
class ApicTimerTest {
  private static final int LVT = 0x320;
  private static final int INITIAL = 0x380;
  private static final int CURRENT = 0x390;
  private static final int DIVIDE = 0x3e0;
  private static final int BY_ONE = 0x0b;
  private static final int PERIODIC = 1 << 17;
  private static final int DEADLINE = 2 << 17;
  private static final int VECTOR = 0xec;

  private static Rig timer(int mode) {
    Rig rig = Rig.enabled();
    rig.set(DIVIDE, BY_ONE);
    rig.set(LVT, mode | VECTOR);
    return rig;
  }

  @Test
  void aOneShotCountsDownAndInterruptsOnce() {
    try (Rig rig = timer(0)) {
      rig.set(INITIAL, 1_000_000);
      rig.clock.advance(400_000);
      assertThat(rig.get(CURRENT)).isEqualTo(600_000);
      assertThat(rig.get(INITIAL)).isEqualTo(1_000_000);
      rig.clock.advance(599_999);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.clock.advance(1);
      assertThat(Rig.takeAll(rig.apic)).containsExactly(VECTOR);
      assertThat(rig.attention.raised()).isTrue();
      assertThat(rig.get(CURRENT)).isZero();
      rig.clock.advance(10_000_000);
      assertThat(rig.apic.hasInterrupt()).isFalse();
    }
  }

  @Test
  void eachDivideConfigurationSlowsTheCount() {
    int[] codes = {0, 1, 2, 3, 8, 9, 10, 11};
    int[] divisors = {2, 4, 8, 16, 32, 64, 128, 1};
    for (int i = 0; i < codes.length; i++) {
      try (Rig rig = timer(0)) {
        rig.set(DIVIDE, codes[i]);
        rig.set(INITIAL, 1000);
        rig.clock.advance(100L * divisors[i]);
        assertThat(rig.get(CURRENT)).isEqualTo(900);
        rig.clock.advance(900L * divisors[i] - 1);
        assertThat(rig.apic.hasInterrupt()).isFalse();
        rig.clock.advance(1);
        assertThat(rig.apic.hasInterrupt()).isTrue();
      }
    }
  }

  @Test
  void theLongestCountLastsAsLongAsItSays() {
    try (Rig rig = timer(0)) {
      rig.set(DIVIDE, 10);
      rig.set(INITIAL, -1);
      rig.clock.advance(0xffff_ffffL * 128 - 1);
      assertThat(rig.get(CURRENT)).isEqualTo(1);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.clock.advance(1);
      assertThat(rig.apic.hasInterrupt()).isTrue();
    }
  }

  @Test
  void aPeriodicTimerInterruptsAtEveryPeriod() {
    try (Rig rig = timer(PERIODIC)) {
      rig.set(INITIAL, 1_000_000);
      for (int period = 0; period < 3; period++) {
        rig.clock.advance(300_000);
        assertThat(rig.get(CURRENT)).isEqualTo(700_000);
        assertThat(rig.apic.hasInterrupt()).isFalse();
        rig.clock.advance(700_000);
        assertThat(Rig.takeAll(rig.apic)).containsExactly(VECTOR);
      }
    }
  }

  @Test
  void latePeriodsBecomeOneInterruptAndKeepTheirPhase() {
    try (Rig rig = timer(PERIODIC)) {
      rig.set(INITIAL, 1_000_000);
      rig.clock.jump(10_250_000);
      assertThat(Rig.takeAll(rig.apic)).containsExactly(VECTOR);
      assertThat(rig.clock.fired()).isEqualTo(1);
      assertThat(rig.get(CURRENT)).isEqualTo(750_000);
      rig.clock.advance(749_999);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.clock.advance(1);
      assertThat(rig.apic.hasInterrupt()).isTrue();
    }
  }

  @Test
  void aPeriodOfANanosecondCostsTheHostABoundedNumberOfAlarms() {
    try (Rig rig = timer(PERIODIC)) {
      rig.set(INITIAL, 1);
      rig.clock.advance(1_000_000);
      assertThat(rig.clock.fired()).isBetween(40, 51);
      assertThat(rig.apic.hasInterrupt()).isTrue();
    }
  }

  @Test
  void aMaskedTimerCountsWithoutInterrupting() {
    try (Rig rig = timer(Rig.MASKED)) {
      rig.set(INITIAL, 1000);
      rig.clock.advance(2000);
      rig.set(LVT, VECTOR);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      assertThat(rig.get(CURRENT)).isZero();
    }
  }

  @Test
  void zeroStopsTheTimer() {
    try (Rig rig = timer(PERIODIC)) {
      rig.set(INITIAL, 1000);
      rig.set(INITIAL, 0);
      rig.clock.advance(10_000_000);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      assertThat(rig.get(CURRENT)).isZero();
    }
  }

  @Test
  void changingBetweenOneShotAndPeriodicGoesOnCounting() {
    try (Rig rig = timer(0)) {
      rig.set(INITIAL, 1_000_000);
      rig.clock.advance(600_000);
      rig.set(LVT, PERIODIC | VECTOR);
      assertThat(rig.get(CURRENT)).isEqualTo(400_000);
      rig.clock.advance(500_000);
      assertThat(Rig.takeAll(rig.apic)).containsExactly(VECTOR);
      assertThat(rig.get(CURRENT)).isEqualTo(900_000);
      rig.set(LVT, VECTOR);
      rig.clock.advance(900_000);
      assertThat(Rig.takeAll(rig.apic)).containsExactly(VECTOR);
      assertThat(rig.get(CURRENT)).isZero();
      rig.set(LVT, PERIODIC | VECTOR);
      rig.clock.advance(5_000_000);
      assertThat(rig.get(CURRENT)).isZero();
      assertThat(rig.apic.hasInterrupt()).isFalse();
    }
  }

  @Test
  void changingTheDivisorKeepsTheCount() {
    try (Rig rig = timer(0)) {
      rig.set(INITIAL, 1000);
      rig.clock.advance(400);
      rig.set(DIVIDE, 0);
      assertThat(rig.get(CURRENT)).isEqualTo(600);
      rig.clock.advance(1199);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.clock.advance(1);
      assertThat(rig.apic.hasInterrupt()).isTrue();
    }
  }

  @Test
  void aDeadlineFiresWhenTheTscGetsThereAndReadsAsZeroThen() {
    try (Rig rig = timer(DEADLINE)) {
      rig.clock.advance(1000);
      rig.apic.setDeadline(7000, 5000);
      assertThat(rig.apic.deadline()).isEqualTo(7000);
      rig.clock.advance(999);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      rig.clock.advance(1);
      assertThat(Rig.takeAll(rig.apic)).containsExactly(VECTOR);
      assertThat(rig.apic.deadline()).isZero();
    }
  }

  @Test
  void aDeadlineReadsAsZeroOnceItsTimeHasComeEvenIfTheAlarmIsLate() {
    try (Rig rig = timer(DEADLINE)) {
      rig.apic.setDeadline(100, 0);
      rig.clock.jumpUnseen(100);
      assertThat(rig.apic.deadline()).isZero();
      assertThat(Rig.takeAll(rig.apic)).containsExactly(VECTOR);
      rig.clock.advance(1000);
      assertThat(rig.apic.hasInterrupt()).isFalse();
    }
  }

  @Test
  void aDeadlineThatHasPassedFiresAtOnce() {
    try (Rig rig = timer(DEADLINE)) {
      rig.clock.advance(1000);
      rig.apic.setDeadline(1, 0);
      assertThat(Rig.takeAll(rig.apic)).containsExactly(VECTOR);
      assertThat(rig.apic.deadline()).isZero();
    }
  }

  @Test
  void deadlinesBeyondAllTimeWaitForever() {
    try (Rig rig = timer(DEADLINE)) {
      rig.clock.advance(1000);
      rig.apic.setDeadline(-1, 0);
      rig.clock.advance(1L << 60);
      assertThat(rig.apic.hasInterrupt()).isFalse();
      assertThat(rig.apic.deadline()).isEqualTo(-1);
      rig.apic.setDeadline(Long.MAX_VALUE, Long.MIN_VALUE);
      assertThat(Rig.takeAll(rig.apic)).containsExactly(VECTOR);
    }
  }

  @Test
  void zeroDisarmsADeadline() {
    try (Rig rig = timer(DEADLINE)) {
      rig.apic.setDeadline(1000, 0);
      rig.apic.setDeadline(0, 0);
      rig.clock.advance(10_000);
      assertThat(rig.apic.hasInterrupt()).isFalse();
    }
  }

  @Test
  void deadlinesAndCountsExcludeEachOther() {
    try (Rig rig = timer(DEADLINE)) {
      rig.set(INITIAL, 1000);
      assertThat(rig.get(INITIAL)).isZero();
      rig.apic.setDeadline(1000, 0);
      assertThat(rig.get(CURRENT)).isZero();
      rig.set(LVT, VECTOR);
      assertThat(rig.apic.deadline()).isZero();
      rig.apic.setDeadline(1000, 0);
      assertThat(rig.apic.deadline()).isZero();
      rig.set(INITIAL, 1000);
      rig.set(LVT, DEADLINE | VECTOR);
      rig.clock.advance(10_000);
      assertThat(rig.apic.hasInterrupt()).isFalse();
    }
  }
}
