package jvisor.devices.chipset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import jvisor.devices.pci.ConfigSpace;
import jvisor.devices.pci.PciFunction;
import jvisor.devices.pci.PciIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LpcBridgeTest {
  private static final int LPC = 31;

  private final ChipsetBench bench = new ChipsetBench();

  @AfterEach
  void close() {
    bench.close();
  }

  private PciFunction function(int slot, int pin) {
    PciFunction function =
        new PciFunction(
            "slot" + slot + pin,
            new PciIdentity(1, 2, 0, 0xff0000, 0, 0),
            ConfigSpace.CONVENTIONAL);
    bench.chipset.pci().attach(slot, pin, function);
    function.interruptPin(pin);
    return function;
  }

  @ParameterizedTest
  @CsvSource({
    "0x00, 4, 0x29188086",
    "0x08, 4, 0x06010002",
    "0x04, 2, 0x0007",
    "0x06, 2, 0x0210",
    "0x34, 1, 0xe0",
    "0x40, 4, 0x00000001",
    "0x44, 1, 0",
    "0x48, 4, 0x00000001",
    "0x60, 4, 0x80808080",
    "0x64, 1, 0x10",
    "0x68, 4, 0x80808080",
    "0xa0, 2, 0x0010",
    "0xd0, 4, 0x00112233",
    "0xd8, 2, 0xffcf",
    "0xe0, 4, 0x100c0009",
    "0xf0, 4, 0"
  })
  void registersAreAsTheDatasheetSays(String register, int size, String value) {
    assertThat(bench.get(LPC, Integer.decode(register), size))
        .isEqualTo((int) (long) Long.decode(value));
  }

  @Test
  void powerManagementAppearsWhereItIsTold() {
    bench.set(LPC, 0x40, 4, 0x601);
    assertThat(bench.ports.read(0x630, 4)).isEqualTo(-1);
    bench.set(LPC, 0x44, 1, 0x80);
    assertThat(bench.ports.read(0x630, 4)).as("APMC_EN").isEqualTo(0x20);
    bench.set(LPC, 0x40, 4, 0xb001);
    assertThat(bench.ports.read(0x630, 4)).isEqualTo(-1);
    assertThat(bench.ports.read(0xb030, 4)).isEqualTo(0x20);
    bench.set(LPC, 0x40, 4, -1);
    assertThat(bench.get(LPC, 0x40, 4)).isEqualTo(0xff81);
    bench.set(LPC, 0x40, 4, 0xc81);
    assertThat(bench.ports.read(0xcf8, 4)).as("PCI keeps its ports").isEqualTo(0x8000_f840);
    assertThat(bench.ports.read(0xcb0, 4)).isEqualTo(-1);
    bench.set(LPC, 0x40, 4, 1);
    assertThat(bench.ports.read(0x30, 4)).as("base 0 is none").isEqualTo(-1);
  }

  @Test
  void slotPinsRotateOverTheUpperPirqs() {
    for (int slot : new int[] {1, 2, 3, 4, 24, 30}) {
      for (int pin = 1; pin <= 4; pin++) {
        PciFunction function = function(slot, pin);
        function.interrupt(true);
        assertThat(bench.high)
            .as("slot %d pin %d", slot, pin)
            .containsExactly("apic" + (20 + (slot + pin - 1) % 4));
        function.interrupt(false);
        assertThat(bench.high).isEmpty();
      }
    }
  }

  @Test
  void theChipsetsOwnSlotsGoWhereTheRootComplexSays() {
    PciFunction function = function(31, 2);
    function.interrupt(true);
    assertThat(bench.high).containsExactly("apic17");
    bench.set(LPC, 0xf0, 4, 0xfed1_c001);
    assertThat(bench.mmio.read(0xfed1_f140L, 2)).isEqualTo(0x3210);
    bench.mmio.write(0xfed1_f140L, 2, 0x3270);
    assertThat(bench.high).containsExactly("apic23");
    assertThat(bench.mmio.read(0xfed1_f410L, 4)).as("no watchdog reboot").isEqualTo(0x20);
    bench.chipset.reset();
    function.interrupt(true);
    assertThat(bench.high).containsExactly("apic17");
  }

  @Test
  void pirqsReachTheLegacyControllerByTheirRoute() {
    PciFunction a = function(1, 1);
    PciFunction b = function(2, 1);
    bench.set(LPC, 0x68, 4, 0x0b0b_0a0b);
    a.interrupt(true);
    assertThat(bench.high).containsExactly("apic21", "pic10");
    b.interrupt(true);
    assertThat(bench.high).containsExactly("apic21", "apic22", "pic10", "pic11");
    bench.set(LPC, 0x6a, 1, 0x0a);
    assertThat(bench.high).containsExactly("apic21", "apic22", "pic10");
    a.interrupt(false);
    assertThat(bench.high).containsExactly("apic22", "pic10");
    bench.set(LPC, 0x6a, 1, 0x8a);
    assertThat(bench.high).containsExactly("apic22");
    bench.set(LPC, 0x6a, 1, 0x08);
    assertThat(bench.high).as("8 is reserved").containsExactly("apic22");
  }

  @Test
  void theSciFollowsItsSelection() {
    bench.chipset.presetForDirectBoot();
    bench.ports.write(0xb2, 1, 2);
    bench.ports.write(0x602, 2, 0x100);
    bench.chipset.power().press();
    assertThat(bench.high).containsExactly("apic9", "pic9");
    bench.set(LPC, 0x44, 1, 0x81);
    assertThat(bench.high).containsExactly("apic10", "pic10");
    bench.set(LPC, 0x44, 1, 0x84);
    assertThat(bench.high).containsExactly("apic20");
    bench.set(LPC, 0x44, 1, 0x87);
    assertThat(bench.high).isEmpty();
  }

  @Test
  void randomAccessesNeverThrow() {
    bench.chipset.installFirmware(new byte[128 << 10]);
    PciFunction nic = function(5, 1);
    Random random = new Random(3);
    long seen = 0;
    for (int i = 0; i < 200_000; i++) {
      int slot = random.nextBoolean() ? LPC : 0;
      int size = 1 << random.nextInt(3);
      int value = random.nextInt(4) == 0 ? -1 : random.nextInt();
      bench.set(slot, random.nextInt(256), size, value);
      seen += bench.get(slot, random.nextInt(256), size);
      int port = bench.get(LPC, 0x40, 2) & 0xff80;
      bench.ports.write(port + random.nextInt(128), size, value);
      seen += bench.ports.read(port + random.nextInt(128), size);
      bench.ports.write(0xb2 + random.nextInt(2), size, value);
      long base = bench.get(LPC, 0xf0, 4) & 0xffff_c000L;
      bench.mmio.write(base + random.nextInt(0x4000), 1 << random.nextInt(4), random.nextLong());
      seen += bench.mmio.read(base + random.nextInt(0x4000), 1 << random.nextInt(4));
      nic.interrupt(random.nextBoolean());
      bench.clock.moveTo(bench.clock.now() + random.nextInt(1_000_000_000));
      bench.requests.clear();
    }
    assertThat(seen).isNotZero();
    bench.chipset.reset();
    assertThat(bench.get(0, 0, 4)).isEqualTo(0x29c0_8086);
  }
}
