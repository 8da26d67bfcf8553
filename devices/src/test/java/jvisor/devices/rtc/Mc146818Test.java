package jvisor.devices.rtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import jvisor.devices.TestClock;
import jvisor.devices.Wire;
import jvisor.devices.ticks.TickPolicy;
import org.junit.jupiter.api.Test;

class Mc146818Test {
  private static final int A = 10;
  private static final int B = 11;
  private static final int C = 12;
  private static final int D = 13;
  private static final int SET = 0x80;
  private static final int PIE = 0x40;
  private static final int AIE = 0x20;
  private static final int UIE = 0x10;
  private static final int BINARY = 0x04;
  private static final int HOURS_24 = 0x02;

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  /** A Friday. */
  private final TestClock clock =
      new TestClock(LocalDateTime.of(2027, 12, 31, 23, 59, 57).toEpochSecond(ZoneOffset.UTC));

  private final Wire irq8 = new Wire();
  private final Mc146818 rtc = new Mc146818(clock, irq8, new TickPolicy(10, 0));

  private int get(int index) {
    rtc.write(0, 1, index);
    return rtc.read(1, 1);
  }

  private void put(int index, int value) {
    rtc.write(0, 1, index);
    rtc.write(1, 1, value);
  }

  private String bcdTime() {
    return "%02x%02x-%02x-%02x %02x:%02x:%02x day %x"
        .formatted(get(0x32), get(9), get(8), get(7), get(4), get(2), get(0), get(6));
  }

  @Test
  void tellsTheTimeOfItsClockInBcdAnd24Hours() {
    assertThat(bcdTime()).isEqualTo("2027-12-31 23:59:57 day 6");
    clock.advance(2_999 * MILLI);
    assertThat(bcdTime()).isEqualTo("2027-12-31 23:59:59 day 6");
    clock.advance(MILLI);
    assertThat(bcdTime()).isEqualTo("2028-01-01 00:00:00 day 7");
  }

  @Test
  void catchesUpWithAnyAbsence() {
    clock.advance(SECOND * 86_400 * 60);
    assertThat(bcdTime()).isEqualTo("2028-02-29 23:59:57 day 3");
  }

  @Test
  void powersOnWithTheUsualRegisters() {
    assertThat(get(A)).isEqualTo(0x26);
    assertThat(get(B)).isEqualTo(0x02);
    assertThat(get(C)).isZero();
    assertThat(get(D)).isEqualTo(0x80);
    put(D, 0);
    assertThat(get(D)).isEqualTo(0x80);
    assertThat(rtc.read(0, 1)).as("the index is write-only").isEqualTo(0xff);
  }

  @Test
  void keepsTimeInBinary() {
    put(B, SET | BINARY | HOURS_24);
    int[] values = {58, 0, 59, 0, 23, 0, 4, 28, 2, 29};
    for (int i : new int[] {0, 2, 4, 6, 7, 8, 9}) {
      put(i, values[i]);
    }
    put(0x32, 20);
    put(B, BINARY | HOURS_24);
    clock.advance(2 * SECOND);
    assertThat(new int[] {get(0), get(2), get(4), get(6), get(7), get(8), get(9)})
        .containsExactly(0, 0, 0, 5, 1, 3, 29);
  }

  @Test
  void keepsTimeIn12Hours() {
    put(B, SET);
    put(4, 0x11);
    put(2, 0x59);
    put(0, 0x59);
    put(B, 0);
    clock.advance(SECOND);
    assertThat(get(4)).as("noon").isEqualTo(0x92);
    clock.advance(SECOND * 3600);
    assertThat(get(4)).isEqualTo(0x81);
    clock.advance(SECOND * 3600 * 11);
    assertThat(get(4)).as("midnight").isEqualTo(0x12);
  }

  @Test
  void setHoldsTheTimeStill() {
    put(B, SET | UIE | HOURS_24);
    assertThat(get(B)).as("SET clears UIE").isEqualTo(SET | HOURS_24);
    clock.advance(10 * SECOND);
    assertThat(bcdTime()).isEqualTo("2027-12-31 23:59:57 day 6");
    assertThat(get(C)).as("no update ended").isEqualTo(0x40);
    put(B, HOURS_24);
    clock.advance(SECOND);
    assertThat(get(0)).isEqualTo(0x58);
  }

  @Test
  void bytesReadAsWrittenUntilTheNextUpdate() {
    put(8, 0x77);
    put(7, 0xff);
    put(4, 0x99);
    assertThat(get(8)).isEqualTo(0x77);
    clock.advance(SECOND);
    assertThat(get(8)).isBetween(0x01, 0x12);
    assertThat(get(4)).isBetween(0x00, 0x23);
  }

  @Test
  void updateInProgressCoversTheEndOfEachSecond() {
    clock.advance(SECOND - 2_228_001);
    assertThat(get(A) & 0x80).isZero();
    clock.advance(1);
    assertThat(get(A) & 0x80).isEqualTo(0x80);
    put(B, SET | HOURS_24);
    assertThat(get(A) & 0x80).as("SET inhibits it").isZero();
    put(B, HOURS_24);
    clock.advance(2_228_000 - 1);
    assertThat(get(A) & 0x80).isEqualTo(0x80);
    assertThat(get(0)).isEqualTo(0x57);
    clock.advance(1);
    assertThat(get(A) & 0x80).isZero();
    assertThat(get(0)).isEqualTo(0x58);
  }

  @Test
  void updateEndedInterruptsEverySecond() {
    put(B, UIE | HOURS_24);
    clock.advance(SECOND - 1);
    assertThat(irq8.level()).isFalse();
    clock.advance(1);
    assertThat(irq8.level()).isTrue();
    assertThat(get(C) & 0xb0).isEqualTo(0x90);
    assertThat(irq8.level()).isFalse();
    assertThat(get(C)).isZero();
    clock.advance(5 * SECOND);
    assertThat(irq8.takeRises()).as("unread flags raise no new edge").isEqualTo(2);
  }

  @Test
  void alarmMatchesTheThreeBytes() {
    put(5, 0x00);
    put(3, 0x01);
    put(1, 0x02);
    put(B, AIE | HOURS_24);
    clock.advance(3 * SECOND + 61 * SECOND);
    assertThat(irq8.level()).isFalse();
    clock.advance(SECOND);
    assertThat(irq8.level()).isTrue();
    assertThat(get(C) & 0xa0).isEqualTo(0xa0);
    clock.advance(86_399 * SECOND);
    assertThat(irq8.level()).isFalse();
    clock.advance(SECOND);
    assertThat(irq8.level()).as("again the next day").isTrue();
  }

  @Test
  void alarmBytesThatDontCareMatchEverything() {
    put(5, 0xc0);
    put(3, 0xff);
    put(1, 0xc0);
    put(B, AIE | HOURS_24);
    for (int i = 0; i < 3; i++) {
      clock.advance(SECOND);
      assertThat(get(C) & 0x20).isEqualTo(0x20);
    }
    put(1, 0x30);
    clock.advance(SECOND * 60);
    assertThat(get(C) & 0x20).isEqualTo(0x20);
    clock.advance(SECOND * 29);
    assertThat(get(C) & 0x20).isZero();
  }

  @Test
  void alarmBytesThatAreNoTimeNeverMatch() {
    put(5, 0x25);
    put(3, 0xc0);
    put(1, 0xc0);
    put(B, AIE | HOURS_24);
    clock.advance(SECOND * 86_400 * 2);
    assertThat(get(C) & 0x20).isZero();
    assertThat(clock.armed()).isZero();
  }

  @Test
  void alarmFlagIsSetWithoutItsInterrupt() {
    put(5, 0xc0);
    put(3, 0xc0);
    put(1, 0x00);
    clock.advance(3 * SECOND);
    assertThat(get(C) & 0xa0).isEqualTo(0x20);
  }

  @Test
  void enablingAnInterruptWhoseFlagIsSetRaisesItAtOnce() {
    clock.advance(SECOND);
    put(B, UIE | HOURS_24);
    assertThat(irq8.level()).isTrue();
  }

  @Test
  void periodicRatesFollowTheTable() {
    long[] hertz = {0, 256, 128, 8192, 4096, 2048, 1024, 512, 256, 128, 64, 32, 16, 8, 4, 2};
    for (int rate = 0; rate < 16; rate++) {
      put(A, 0x20 | rate);
      get(C);
      put(B, PIE | HOURS_24);
      long start = clock.now();
      int count = 0;
      while (clock.now() < start + SECOND) {
        clock.advance(20_000);
        if (irq8.level()) {
          assertThat(get(C) & 0xc0).isEqualTo(0xc0);
          count++;
        }
      }
      assertThat((long) count).as("rate %d", rate).isBetween(hertz[rate] - 1, hertz[rate] + 1);
      put(B, HOURS_24);
    }
  }

  @Test
  void latePeriodicTicksAreDeliveredAfterEachReadAtTwiceTheRate() {
    put(A, 0x26);
    put(B, PIE | HOURS_24);
    get(C);
    clock.jump(5 * SECOND / 1024 + 10_000);
    int count = 0;
    long start = clock.now();
    while (clock.now() < start + SECOND / 4) {
      if (irq8.level()) {
        get(C);
        count++;
      }
      clock.advance(10_000);
    }
    assertThat(count).isBetween(256 + 4, 256 + 6);
  }

  @Test
  void aGuestThatDoesNotReadTheFlagsIsOwedNothing() {
    put(A, 0x26);
    put(B, PIE | HOURS_24);
    clock.advance(SECOND);
    get(C);
    assertThat(irq8.level()).isFalse();
    clock.advance(SECOND / 1024 / 2);
    assertThat(irq8.takeRises()).isOne();
  }

  @Test
  void theDividerStopsTheClockAndStartsItHalfASecondBeforeAnUpdate() {
    put(A, 0x76);
    clock.advance(10 * SECOND);
    assertThat(get(0)).isEqualTo(0x57);
    assertThat(get(C)).isZero();
    put(A, 0x26);
    clock.advance(SECOND / 2 - 1);
    assertThat(get(0)).isEqualTo(0x57);
    clock.advance(1);
    assertThat(get(0)).isEqualTo(0x58);
    assertThat(get(C) & 0x10).isEqualTo(0x10);
  }

  @Test
  void resetClearsInterruptsAndKeepsTimeAndMemory() {
    put(0x40, 0xa5);
    put(B, PIE | AIE | UIE | HOURS_24);
    clock.advance(2 * SECOND);
    rtc.reset();
    assertThat(irq8.level()).isFalse();
    assertThat(get(B)).isEqualTo(HOURS_24);
    assertThat(get(C)).isZero();
    assertThat(get(0x40)).isEqualTo(0xa5);
    assertThat(get(0)).isEqualTo(0x59);
    assertThat(clock.armed()).isZero();
  }

  @Test
  void bit7OfTheIndexMasksNonMaskableInterrupts() {
    rtc.write(0, 1, 0x80 | B);
    assertThat(rtc.nmiMasked()).isTrue();
    assertThat(rtc.read(1, 1)).isEqualTo(0x02);
    rtc.write(0, 1, 0);
    assertThat(rtc.nmiMasked()).isFalse();
  }

  @Test
  void aWordWriteSetsIndexAndData() {
    rtc.write(0, 2, 0x5a40);
    assertThat(get(0x40)).isEqualTo(0x5a);
  }

  @Test
  void firmwareFindsTheMemorySizes() {
    rtc.setMemory(new InstalledMemory(0xc000_0000L, 5L << 30));
    assertThat(get(0x15) | get(0x16) << 8).isEqualTo(640);
    assertThat(get(0x17) | get(0x18) << 8).isEqualTo(0xffff);
    assertThat(get(0x30) | get(0x31) << 8).isEqualTo(0xffff);
    assertThat(get(0x34) | get(0x35) << 8).isEqualTo((0xc000_0000L - (16 << 20)) >> 16);
    assertThat(get(0x5b) | get(0x5c) << 8 | get(0x5d) << 16).isEqualTo(5 << 14);
  }

  @Test
  void smallMemoriesAreToldAsSmall() {
    rtc.setMemory(new InstalledMemory(8 << 20, 0));
    assertThat(get(0x30) | get(0x31) << 8).isEqualTo(7 << 10);
    assertThat(get(0x34) | get(0x35) << 8).isZero();
  }

  @Test
  void onlyMemoryBytesCanBePreset() {
    assertThatThrownBy(() -> rtc.setByte(B, 0)).isInstanceOf(IllegalArgumentException.class);
    rtc.setByte(0x38, 0x21);
    assertThat(get(0x38)).isEqualTo(0x21);
  }
}
