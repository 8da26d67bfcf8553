package jvisor.devices.pit;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.devices.TestClock;
import jvisor.devices.Wire;
import jvisor.devices.ticks.TickPolicy;
import jvisor.platform.PortDevice;
import org.junit.jupiter.api.Test;

class Pit8254Test {
  private static final int CONTROL = 3;

  private final TestClock clock = new TestClock();
  private final Wire irq0 = new Wire();
  private final Pit8254 pit = new Pit8254(clock, irq0, new TickPolicy(10, 0));
  private final PortDevice port61 = pit.systemControl();

  /** Moves to the given tick of the input clock. */
  private void at(long tick) {
    clock.advance(PitTime.nanos(tick) - clock.now());
  }

  private void jumpTo(long tick) {
    clock.jump(PitTime.nanos(tick) - clock.now());
  }

  private void out(int port, int value) {
    pit.write(port, 1, value);
  }

  private int in(int port) {
    return pit.read(port, 1);
  }

  /** Programs counter 2 in {@code mode} with both bytes of {@code count}; its gate is open. */
  private void program2(int mode, int count) {
    port61.write(0, 1, 1);
    out(CONTROL, 0xb0 | mode << 1);
    out(2, count & 0xff);
    out(2, count >> 8);
  }

  private int count2() {
    out(CONTROL, 0x80);
    return in(2) | in(2) << 8;
  }

  private boolean out2() {
    return (port61.read(0, 1) & 0x20) != 0;
  }

  private void gate2(boolean level) {
    port61.write(0, 1, level ? 1 : 0);
  }

  /** The levels of OUT 2 from the present tick on, one character a tick. */
  private String wave(int ticks) {
    StringBuilder wave = new StringBuilder();
    long start = PitTime.ticks(clock.now());
    for (int i = 0; i < ticks; i++) {
      at(start + i);
      wave.append(out2() ? '-' : '_');
    }
    return wave.toString();
  }

  private String counts(int ticks) {
    StringBuilder counts = new StringBuilder();
    long start = PitTime.ticks(clock.now());
    for (int i = 0; i < ticks; i++) {
      at(start + i);
      counts.append(i == 0 ? "" : " ").append(count2());
    }
    return counts.toString();
  }

  @Test
  void theClockRunsAt1193182Hertz() {
    assertThat(PitTime.ticks(1_000_000_000L)).isEqualTo(1_193_182);
    assertThat(PitTime.ticks(3600L * 24 * 365 * 1_000_000_000L))
        .isEqualTo(3600L * 24 * 365 * 1_193_182);
    for (long tick : new long[] {1, 2, 65_536, 1_193_181, 1_193_183, 123_456_789_012L}) {
      assertThat(PitTime.ticks(PitTime.nanos(tick))).isEqualTo(tick);
      assertThat(PitTime.ticks(PitTime.nanos(tick) - 1)).isEqualTo(tick - 1);
    }
  }

  @Test
  void mode0RaisesOutNPlus1TicksAfterTheCountIsWritten() {
    program2(0, 4);
    assertThat(wave(8)).isEqualTo("_____---");
  }

  @Test
  void aCountCanBeReadAtOnce() {
    for (int mode : new int[] {0, 2, 3, 4}) {
      program2(mode, 0xff_fe);
      assertThat(count2()).as("mode %d", mode).isEqualTo(0xff_fe);
    }
    program2(0, 9);
    assertThat(counts(4)).isEqualTo("9 9 8 7");
  }

  @Test
  void mode0CountsDownAndOnPastZero() {
    program2(0, 3);
    at(1);
    assertThat(counts(5)).isEqualTo("3 2 1 0 65535");
  }

  @Test
  void mode0StopsWhileItsGateIsLow() {
    program2(0, 4);
    at(3);
    gate2(false);
    assertThat(count2()).isEqualTo(2);
    at(10);
    assertThat(count2()).isEqualTo(2);
    gate2(true);
    assertThat(wave(4)).isEqualTo("__--");
  }

  @Test
  void mode0LoadsWhileItsGateIsLowAndThenCountsNTicks() {
    gate2(false);
    out(CONTROL, 0xb0);
    out(2, 3);
    out(2, 0);
    at(5);
    assertThat(count2()).isEqualTo(3);
    gate2(true);
    assertThat(wave(5)).isEqualTo("___--");
  }

  @Test
  void mode0StopsAtTheFirstByteOfANewCount() {
    program2(0, 4);
    at(8);
    assertThat(out2()).isTrue();
    out(2, 5);
    assertThat(out2()).isFalse();
    at(100);
    assertThat(out2()).isFalse();
    out(2, 0);
    assertThat(wave(8)).isEqualTo("______--");
  }

  @Test
  void mode1IsAOneShotOfNTicksAfterATrigger() {
    program2(1, 3);
    assertThat(wave(4)).isEqualTo("----");
    gate2(false);
    gate2(true);
    assertThat(wave(6)).isEqualTo("-___--");
  }

  @Test
  void mode1IsRetriggerableAndTakesANewCountThen() {
    program2(1, 4);
    gate2(false);
    gate2(true);
    at(3);
    out(2, 6);
    out(2, 0);
    gate2(false);
    gate2(true);
    assertThat(wave(9)).isEqualTo("_______--");
  }

  @Test
  void mode2IsLowForTheLastTickOfEachPeriod() {
    program2(2, 3);
    assertThat(wave(11)).isEqualTo("---_--_--_-");
  }

  @Test
  void mode2CountsFromNToOne() {
    program2(2, 4);
    at(1);
    assertThat(counts(9)).isEqualTo("4 3 2 1 4 3 2 1 4");
  }

  @Test
  void mode2TakesANewCountAtTheEndOfThePeriod() {
    program2(2, 4);
    at(2);
    out(2, 6);
    out(2, 0);
    assertThat(counts(10)).isEqualTo("3 2 1 6 5 4 3 2 1 6");
  }

  @Test
  void mode2StopsHighWhileItsGateIsLowAndReloadsWhenItRises() {
    program2(2, 4);
    at(4);
    assertThat(out2()).isFalse();
    gate2(false);
    assertThat(out2()).isTrue();
    at(20);
    gate2(true);
    assertThat(wave(6)).isEqualTo("----_-");
  }

  @Test
  void mode3IsASquareWaveForEvenCounts() {
    program2(3, 4);
    at(1);
    assertThat(wave(9)).isEqualTo("--__--__-");
  }

  @Test
  void mode3IsOneTickLongerHighForOddCounts() {
    program2(3, 5);
    at(1);
    assertThat(wave(11)).isEqualTo("---__---__-");
  }

  @Test
  void mode3DecrementsByTwo() {
    program2(3, 6);
    at(1);
    assertThat(counts(7)).isEqualTo("6 4 2 6 4 2 6");
  }

  @Test
  void mode3DecrementsByTwoFromOneLessForOddCounts() {
    program2(3, 5);
    at(1);
    assertThat(counts(6)).isEqualTo("4 2 0 4 2 4");
  }

  @Test
  void mode3TakesANewCountAtTheEndOfTheHalfCycle() {
    program2(3, 4);
    at(2);
    out(2, 8);
    out(2, 0);
    assertThat(wave(14)).isEqualTo("-____----____-");
  }

  @Test
  void mode4StrobesOnceNPlus1TicksAfterTheWrite() {
    program2(4, 3);
    assertThat(wave(8)).isEqualTo("----_---");
    assertThat(wave(3)).isEqualTo("---");
  }

  @Test
  void mode4IsRetriggeredByWriting() {
    program2(4, 3);
    at(3);
    out(2, 3);
    out(2, 0);
    assertThat(wave(6)).isEqualTo("----_-");
  }

  @Test
  void mode5StrobesNPlus1TicksAfterATrigger() {
    program2(5, 3);
    assertThat(wave(6)).isEqualTo("------");
    gate2(false);
    gate2(true);
    assertThat(wave(6)).isEqualTo("----_-");
  }

  @Test
  void countsOfZeroAreTheLargest() {
    program2(2, 0);
    at(1);
    assertThat(counts(2)).isEqualTo("0 65535");
    at(65_536);
    assertThat(out2()).isFalse();
    assertThat(count2()).isOne();
  }

  @Test
  void countsInDecimal() {
    gate2(true);
    out(CONTROL, 0xb5);
    out(2, 0x00);
    out(2, 0x10);
    at(2);
    assertThat(count2()).isEqualTo(0x0999);
    at(1001);
    assertThat(count2()).isEqualTo(0x1000);
    out(CONTROL, 0xb1);
    out(2, 0);
    out(2, 0);
    at(1003);
    assertThat(count2()).isEqualTo(0x9999);
  }

  @Test
  void oneByteModesWriteAndReadOneByte() {
    gate2(true);
    out(CONTROL, 0x94);
    out(2, 0x20);
    at(1);
    assertThat(in(2)).isEqualTo(0x20);
    at(2);
    assertThat(in(2)).isEqualTo(0x1f);
    out(CONTROL, 0xa4);
    out(2, 0x20);
    at(3);
    assertThat(in(2)).isEqualTo(0x20);
    at(4);
    assertThat(in(2)).isEqualTo(0x1f);
  }

  @Test
  void aLatchedCountStaysUntilItIsRead() {
    program2(2, 0x1000);
    at(1);
    out(CONTROL, 0x80);
    at(500);
    out(CONTROL, 0x80);
    assertThat(in(2)).isZero();
    assertThat(in(2)).isEqualTo(0x10);
    assertThat(in(2)).as("then it follows the counter").isEqualTo(0x1000 - 499 & 0xff);
  }

  @Test
  void readBackLatchesStatusAndCountsOfSeveralCounters() {
    program2(3, 0x2000);
    out(CONTROL, 0x34);
    out(0, 0x34);
    out(0, 0x12);
    at(2);
    out(CONTROL, 0xc0 | 0x0a);
    at(50);
    assertThat(in(0)).as("status: OUT high, loaded, both bytes, mode 2").isEqualTo(0xb4);
    assertThat(in(0) | in(0) << 8).isEqualTo(0x1233);
    assertThat(in(2)).isEqualTo(0xb6);
    assertThat(in(2) | in(2) << 8).isEqualTo(0x2000 - 2);
  }

  @Test
  void nullCountTellsWhetherTheCountHasBeenLoaded() {
    program2(2, 10);
    out(CONTROL, 0xe8);
    assertThat(in(2) & 0x40).isNotZero();
    at(1);
    out(CONTROL, 0xe8);
    assertThat(in(2) & 0x40).isZero();
    at(5);
    out(2, 20);
    out(2, 0);
    at(10);
    out(CONTROL, 0xe8);
    assertThat(in(2) & 0x40).isNotZero();
    at(11);
    out(CONTROL, 0xe8);
    assertThat(in(2) & 0x40).isZero();
  }

  @Test
  void port61HoldsFourBitsAndTogglesRefresh() {
    port61.write(0, 1, 0xff);
    assertThat(port61.read(0, 1) & 0xcf).isEqualTo(0x0f);
    int toggles = 0;
    int last = port61.read(0, 1) & 0x10;
    for (int tick = 0; tick < 1800; tick++) {
      at(tick);
      int now = port61.read(0, 1) & 0x10;
      toggles += now == last ? 0 : 1;
      last = now;
    }
    assertThat(toggles).isBetween(99, 100);
  }

  private void periodic(int mode, int count) {
    out(CONTROL, 0x30 | mode << 1);
    out(0, count & 0xff);
    out(0, count >> 8);
    irq0.takeRises();
  }

  @Test
  void periodicModesInterruptOnceAPeriodAtTheExactTick() {
    for (int mode = 2; mode <= 3; mode++) {
      long start = PitTime.ticks(clock.now());
      periodic(mode, 1193);
      at(start + 1 + 1193 - 1);
      assertThat(irq0.takeRises()).isZero();
      at(start + 1 + 1193);
      assertThat(irq0.takeRises()).isOne();
      at(start + 1 + 1193 * 1000);
      assertThat(irq0.takeRises()).isEqualTo(999);
    }
  }

  @Test
  void oneShotModesInterruptOnce() {
    periodic(0, 100);
    at(100);
    assertThat(irq0.level()).isFalse();
    at(101);
    assertThat(irq0.level()).isTrue();
    periodic(4, 100);
    at(101 + 101);
    assertThat(irq0.takeRises()).isZero();
    at(101 + 102);
    assertThat(irq0.takeRises()).isOne();
    at(10_000);
    assertThat(irq0.takeRises()).isZero();
    assertThat(clock.armed()).isZero();
  }

  @Test
  void lateTicksAreDeliveredOneByOneAtTwiceTheRate() {
    periodic(2, 1000);
    jumpTo(5_001);
    assertThat(irq0.takeRises()).isOne();
    at(5_300);
    assertThat(irq0.takeRises()).isZero();
    at(20_002);
    assertThat(irq0.takeRises()).isEqualTo(19);
    at(21_002);
    assertThat(irq0.takeRises()).as("at its own rate again").isOne();
  }

  @Test
  void onlySoManyLateTicksAreKept() {
    periodic(2, 1000);
    jumpTo(1_000_001);
    at(1_100_001);
    assertThat(irq0.takeRises()).isEqualTo(1 + 10 + 100);
  }

  @Test
  void aNewProgramForgetsLateTicks() {
    periodic(2, 1000);
    jumpTo(9_001);
    periodic(0, 100);
    at(100_000);
    assertThat(irq0.takeRises()).isOne();
  }

  @Test
  void aTickThatIsDueWhenTheCounterIsReadIsNotLost() {
    periodic(2, 1000);
    at(500);
    out(0, 0xd0);
    out(0, 0x07);
    clock.jumpUnseen(PitTime.nanos(1_100) - clock.now());
    in(0);
    clock.advance(0);
    assertThat(irq0.takeRises()).isOne();
    at(3_000);
    assertThat(irq0.takeRises()).isZero();
    at(3_001);
    assertThat(irq0.takeRises()).isOne();
  }

  @Test
  void veryFastTimersAreHeldToTheSpacingOfThePolicy() {
    Wire wire = new Wire();
    Pit8254 fast = new Pit8254(clock, wire, new TickPolicy(0, 100_000));
    fast.write(CONTROL, 1, 0x14);
    fast.write(0, 1, 2);
    wire.takeRises();
    clock.advance(100_000_000);
    assertThat(wire.takeRises()).isBetween(990, 1001);
  }

  @Test
  void resetStopsTheTimer() {
    periodic(2, 1000);
    pit.reset();
    assertThat(clock.armed()).isZero();
    assertThat(irq0.level()).isFalse();
  }

  @Test
  void calibrationLoopsSeeTheGatedCountEndAtTheRightTime() {
    gate2(true);
    out(CONTROL, 0xb0);
    int latch = 1193182 / 20;
    out(2, latch & 0xff);
    out(2, latch >> 8);
    long start = clock.now();
    while (!out2()) {
      clock.advance(1_000);
    }
    assertThat(clock.now() - start).isBetween(49_999_000L, 50_003_000L);
  }
}
