package jvisor.devices.chipset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PowerManagementTest {
  private static final int PM = LpcBridge.PM_BASE;
  private static final long SECOND = 1_000_000_000;

  private final ChipsetBench bench = new ChipsetBench();

  @BeforeEach
  void preset() {
    bench.chipset.presetForDirectBoot();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void theTimerCountsVirtualTime() {
    assertThat(bench.ports.read(PM + 8, 4)).isZero();
    bench.clock.moveTo(279);
    assertThat(bench.ports.read(PM + 8, 4)).isZero();
    bench.clock.moveTo(280);
    assertThat(bench.ports.read(PM + 8, 4)).isEqualTo(1);
    bench.clock.moveTo(SECOND);
    assertThat(bench.ports.read(PM + 8, 4)).isEqualTo(3_579_545);
    assertThat(bench.ports.read(PM + 9, 1)).isEqualTo(3_579_545 >> 8 & 0xff);
    bench.clock.moveTo(100_000 * SECOND);
    assertThat(bench.ports.read(PM + 8, 4)).isEqualTo((int) (357_954_500_000L & 0xff_ffff));
    bench.ports.write(PM + 8, 4, 0);
    assertThat(bench.ports.read(PM + 8, 4)).isEqualTo((int) (357_954_500_000L & 0xff_ffff));
  }

  @Test
  void aTimerOf32BitsCountsFurther() {
    try (ChipsetBench wide = new ChipsetBench(32)) {
      wide.chipset.presetForDirectBoot();
      wide.clock.moveTo(10 * SECOND);
      assertThat(wide.ports.read(PM + 8, 4)).isEqualTo(35_795_450);
    }
  }

  @Test
  void theTimersHighestBitRaisesTheSci() {
    long half = (1L << 23) * SECOND / 3_579_545 + 1;
    bench.ports.write(PM + 2, 2, 1);
    bench.ports.write(PM + 4, 2, 1);
    bench.clock.moveTo(half - 1);
    assertThat(bench.ports.read(PM, 2)).isZero();
    assertThat(bench.high).isEmpty();
    bench.clock.moveTo(half);
    assertThat(bench.ports.read(PM, 2)).isEqualTo(1);
    assertThat(bench.high).containsExactly("apic9", "pic9");
    bench.ports.write(PM, 2, 1);
    assertThat(bench.ports.read(PM, 2)).isZero();
    assertThat(bench.high).isEmpty();
    bench.clock.moveTo(2 * half);
    assertThat(bench.high).containsExactly("apic9", "pic9");
  }

  @Test
  void theTimersStatusNeedsNoEnable() {
    bench.clock.moveTo(3 * SECOND);
    assertThat(bench.ports.read(PM, 2)).isEqualTo(1);
    assertThat(bench.high).isEmpty();
    bench.ports.write(PM + 2, 2, 1);
    assertThat(bench.high).isEmpty();
    bench.ports.write(PM + 4, 2, 1);
    assertThat(bench.high).containsExactly("apic9", "pic9");
  }

  @Test
  void thePowerButtonRaisesTheSciInAcpiModeOnly() {
    bench.ports.write(PM + 2, 2, 0x0100);
    bench.chipset.power().press();
    assertThat(bench.ports.read(PM, 2)).isEqualTo(0x0100);
    assertThat(bench.high).isEmpty();
    bench.ports.write(0xb2, 1, 2);
    assertThat(bench.ports.read(PM + 4, 2)).isEqualTo(1);
    assertThat(bench.high).containsExactly("apic9", "pic9");
    bench.ports.write(PM + 1, 1, 1);
    assertThat(bench.high).isEmpty();
    bench.ports.write(0xb2, 2, 0x5503);
    assertThat(bench.ports.read(PM + 4, 2)).isZero();
    assertThat(bench.ports.read(0xb3, 1)).isEqualTo(0x55);
  }

  @Test
  void generalEventsRaiseTheSci() {
    bench.ports.write(PM + 4, 2, 1);
    bench.chipset.power().generalEvent(35);
    assertThat(bench.ports.read(PM + 0x24, 4)).isEqualTo(8);
    assertThat(bench.high).isEmpty();
    bench.ports.write(PM + 0x2c, 1, 8);
    assertThat(bench.high).containsExactly("apic9", "pic9");
    bench.ports.write(PM + 0x24, 4, 8);
    assertThat(bench.high).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, off", "6, off", "7, off", "1, ''", "5, ''"})
  void sleepTypesSwitchOffOrWakeAtOnce(int type, String request) {
    bench.ports.write(PM + 4, 2, type << 10);
    assertThat(bench.requests).isEmpty();
    bench.ports.write(PM + 4, 2, type << 10 | 1 << 13);
    assertThat(String.join(",", bench.requests)).isEqualTo(request);
    assertThat(bench.ports.read(PM, 2) & 0x8000).isEqualTo(request.isEmpty() ? 0x8000 : 0);
    assertThat(bench.ports.read(PM + 4, 2)).as("SLP_EN is write-only").isEqualTo(type << 10);
  }

  @Test
  void thereIsNoSystemManagementInterrupt() {
    bench.ports.write(PM + 0x30, 4, 0);
    assertThat(bench.ports.read(PM + 0x30, 4)).isEqualTo(0x20);
    bench.set(0, 0x9d, 1, 0x48);
    assertThat(bench.get(0, 0x9d, 1)).isEqualTo(0x12);
  }

  @Test
  void accessesMaySpanRegisters() {
    bench.ports.write(PM + 1, 4, 0x01_2101_00);
    assertThat(bench.ports.read(PM + 2, 2)).isEqualTo(0x2101 & 0x4521);
    assertThat(bench.ports.read(PM + 4, 1)).isEqualTo(1);
    assertThat(bench.ports.read(PM + 1, 4)).isEqualTo(0x01_0101_00);
  }
}
