package jvisor.devices.chipset;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.devices.pci.ConfigSpace;
import jvisor.devices.pci.PciFunction;
import jvisor.devices.pci.PciIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostBridgeTest {
  private final ChipsetBench bench = new ChipsetBench();

  @AfterEach
  void close() {
    bench.close();
  }

  private static byte[] firmware(int size) {
    byte[] image = new byte[size];
    for (int i = 0; i < size; i += 4096) {
      image[i] = (byte) (0x80 + i / 4096);
    }
    return image;
  }

  private int at(long gpa) {
    return (int) bench.memory.read(gpa, 1);
  }

  private void store(long gpa, int value) {
    bench.memory.write(gpa, 1, value);
  }

  @ParameterizedTest
  @CsvSource({
    "0x00, 4, 0x29c08086",
    "0x08, 4, 0x06000002",
    "0x2c, 4, 0x11001af4",
    "0x04, 2, 0x0006",
    "0x06, 2, 0x0090",
    "0x34, 1, 0xe0",
    "0x60, 4, 0xb0000000",
    "0x64, 4, 0",
    "0x90, 4, 0",
    "0x98, 2, 0x03ff",
    "0x9d, 1, 0x12",
    "0xa0, 2, 1",
    "0xa2, 2, 4",
    "0xb0, 2, 0x0040",
    "0xe0, 1, 0x09"
  })
  void registersAreAsTheDatasheetSays(String register, int size, String value) {
    assertThat(bench.get(0, Integer.decode(register), size))
        .isEqualTo((int) (long) Long.decode(value));
  }

  @Test
  void theEcamWindowOpensWhereItIsTold() {
    assertThat(bench.mmio.read(0xb000_0000L, 4)).isEqualTo(0xffff_ffffL);
    bench.set(0, 0x60, 4, 0xb000_0001);
    assertThat(bench.mmio.read(0xb000_0000L, 4)).isEqualTo(0x29c0_8086L);
    assertThat(bench.mmio.read(0xb00f_8000L, 4)).isEqualTo(0x2918_8086L);
    assertThat(bench.mmio.read(0xbfff_fffcL, 4)).isEqualTo(0xffff_ffffL);
    bench.mmio.write(0xb000_0060L, 4, 0xe000_0001L);
    assertThat(bench.mmio.read(0xb000_0000L, 4)).isEqualTo(0xffff_ffffL);
    assertThat(bench.mmio.read(0xe000_0000L, 4)).isEqualTo(0x29c0_8086L);
    bench.set(0, 0x64, 4, 0x8);
    assertThat(bench.mmio.read(0x8_e000_0000L, 4)).isEqualTo(0x29c0_8086L);
    bench.set(0, 0x60, 4, 0xe400_0005);
    assertThat(bench.mmio.read(0x8_e400_0000L, 4)).as("64 MiB").isEqualTo(0x29c0_8086L);
    assertThat(bench.mmio.read(0x8_e800_0000L, 4)).isEqualTo(0xffff_ffffL);
    bench.set(0, 0x60, 4, 0xe400_0007);
    assertThat(bench.mmio.read(0x8_e400_0000L, 4)).as("reserved").isEqualTo(0xffff_ffffL);
  }

  @Test
  void theVideoAreaIsAHole() {
    store(0xa_0000, 1);
    store(0xb_ffff, 1);
    assertThat(at(0xa_0000)).isEqualTo(0xff);
    assertThat(at(0xb_ffff)).isEqualTo(0xff);
    assertThat(bench.memory.writableFrame(0x9_f000)).isNotZero();
    assertThat(bench.memory.writableFrame(0x10_0000)).isNotZero();
  }

  @Test
  void firmwareIsSeenAtBothPlacesUntilItIsShadowed() {
    bench.chipset.installFirmware(firmware(256 << 10));
    assertThat(at(0xfffc_0000L)).isEqualTo(0x80);
    assertThat(at(0xe_0000)).isEqualTo(0xa0);
    assertThat(at(0xf_f000)).isEqualTo(0xbf);
    assertThat(at(0xd_f000)).isEqualTo(0xff);
    store(0xf_f000, 5);
    assertThat(at(0xf_f000)).isEqualTo(0xbf);

    bench.set(0, 0x90, 1, 0x20);
    store(0xf_f000, 6);
    assertThat(at(0xf_f000)).as("write only").isEqualTo(0xbf);
    bench.set(0, 0x90, 1, 0x30);
    assertThat(at(0xf_f000)).as("read and write").isEqualTo(6);
    store(0xf_f000, 7);
    bench.set(0, 0x90, 1, 0x10);
    store(0xf_f000, 8);
    assertThat(at(0xf_f000)).as("read only").isEqualTo(7);
    assertThat(at(0xffff_f000L)).as("the ROM itself").isEqualTo(0xbf);
    bench.chipset.reset();
    assertThat(at(0xf_f000)).as("after a reset").isEqualTo(0xbf);
  }

  @ParameterizedTest
  @CsvSource({
    "0x91, 0x03, 0xc0000", "0x91, 0x30, 0xc4000", "0x92, 0x03, 0xc8000", "0x92, 0x30, 0xcc000",
    "0x93, 0x03, 0xd0000", "0x93, 0x30, 0xd4000", "0x94, 0x03, 0xd8000", "0x94, 0x30, 0xdc000",
    "0x95, 0x03, 0xe0000", "0x95, 0x30, 0xe4000", "0x96, 0x03, 0xe8000", "0x96, 0x30, 0xec000"
  })
  void eachHalfOfARegisterHasItsSegment(String register, String value, String segment) {
    long gpa = Long.decode(segment);
    bench.set(0, Integer.decode(register), 1, Integer.decode(value));
    for (long other = 0xc_0000; other < 0x10_0000; other += 0x1000) {
      boolean inside = other >= gpa && other < gpa + 0x4000;
      assertThat(bench.memory.writableFrame(other) != 0).as("%x", other).isEqualTo(inside);
    }
  }

  @Test
  void shadowedContentSurvivesWhenItsFramesMove() {
    bench.chipset.installFirmware(firmware(64 << 10));
    bench.set(0, 0x90, 1, 0x30);
    store(0xf_0000, 1);
    assertThat(bench.memory.moveFrame(0xf_0000)).isTrue();
    bench.set(0, 0x90, 1, 0x00);
    assertThat(at(0xf_0000)).isEqualTo(0x80);
    assertThat(bench.memory.moveFrame(0xf_0000)).isFalse();
    bench.set(0, 0x90, 1, 0x10);
    assertThat(at(0xf_0000)).isEqualTo(1);
  }

  @Test
  void aDirectBootFindsMemoryAndEcam() {
    bench.chipset.presetForDirectBoot();
    store(0xe_0000, 3);
    assertThat(at(0xe_0000)).isEqualTo(3);
    assertThat(bench.mmio.read(0xb000_0000L, 4)).isEqualTo(0x29c0_8086L);
    bench.chipset.reset();
    assertThat(at(0xe_0000)).isEqualTo(0xff);
    bench.chipset.presetForDirectBoot();
    assertThat(at(0xe_0000)).isEqualTo(3);
  }

  @Test
  void aFunctionPluggedInIsFoundInItsSlot() {
    PciIdentity identity = new PciIdentity(0x1af4, 0x1041, 1, 0x020000, 0x1af4, 0x1100);
    bench.chipset.pci().attach(1, 0, new PciFunction("nic", identity, ConfigSpace.EXTENDED));
    bench.chipset.presetForDirectBoot();
    assertThat(bench.get(1, 0, 4)).isEqualTo(0x1041_1af4);
    assertThat(bench.mmio.read(0xb000_8ffcL, 4)).as("extended space").isZero();
  }
}
