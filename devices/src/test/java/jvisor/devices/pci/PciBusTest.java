package jvisor.devices.pci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import jvisor.platform.MmioBus;
import jvisor.platform.MmioDevice;
import jvisor.platform.PortBus;
import jvisor.platform.PortDevice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PciBusTest {
  private static final int COMMAND = 0x04;

  /** One register that holds whatever was written last, at every offset. */
  private static final class Register implements PortDevice, MmioDevice {
    long value;

    @Override
    public int read(int offset, int size) {
      return (int) value;
    }

    @Override
    public void write(int offset, int size, int value) {
      this.value = value;
    }

    @Override
    public long read(long offset, int size) {
      return value;
    }

    @Override
    public void write(long offset, int size, long value) {
      this.value = value;
    }
  }

  private final PortBus ports = new PortBus();
  private final MmioBus mmio = new MmioBus();
  private final List<String> pins = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private final PciBus bus =
      new PciBus(
          new AddressDecoder(ports, mmio),
          (address, data) -> messages.add("%x:%x".formatted(address, data)),
          (slot, pin, level) -> pins.add(slot + "." + pin + "=" + level));
  private final Register reset = new Register();
  private final PciFunction function = function("a");

  private static PciFunction function(String name) {
    return new PciFunction(
        name,
        new PciIdentity(0x1af4, 0x1041, 1, 0x020000, 0x1af4, 0x1100),
        ConfigSpace.CONVENTIONAL);
  }

  @BeforeEach
  void plug() {
    new ConfigPorts(bus, reset).attach(ports);
    bus.attach(3, 0, function);
  }

  private void select(int slot, int register) {
    ports.write(0xcf8, 4, 0x8000_0000 | slot << 11 | register);
  }

  private int get(int slot, int register, int size) {
    select(slot, register & ~3);
    return ports.read(0xcfc + (register & 3), size);
  }

  private void set(int slot, int register, int size, int value) {
    select(slot, register & ~3);
    ports.write(0xcfc + (register & 3), size, value);
  }

  @Test
  void theHeaderReadsInEverySize() {
    assertThat(get(3, 0, 4)).isEqualTo(0x1041_1af4);
    assertThat(get(3, 2, 2)).isEqualTo(0x1041);
    assertThat(get(3, 9, 1)).isZero();
    assertThat(get(3, 0xb, 1)).isEqualTo(0x02);
    assertThat(get(3, 0x2c, 4)).isEqualTo(0x1100_1af4);
  }

  @Test
  void absentDevicesReadAsOnes() {
    assertThat(get(4, 0, 4)).isEqualTo(-1);
    assertThat(get(3, 0x100 /* function 1 */, 2)).isEqualTo(0xffff);
    ports.write(0xcf8, 4, 0x8001_1800);
    assertThat(ports.read(0xcfc, 4)).as("bus 1").isEqualTo(-1);
    ports.write(0xcf8, 4, 0x0000_1800);
    assertThat(ports.read(0xcfc, 4)).as("not enabled").isEqualTo(-1);
  }

  @Test
  void theAddressPortTakesWholeDoubleWordsOnly() {
    ports.write(0xcf8, 4, -1);
    assertThat(ports.read(0xcf8, 4)).isEqualTo(0x80ff_fffc);
    ports.write(0xcf8, 1, 0x12);
    ports.write(0xcf8, 2, 0x3456);
    assertThat(ports.read(0xcf8, 4)).isEqualTo(0x80ff_fffc);
    assertThat(reset.value).as("0xCF9").isEqualTo(0x34);
    ports.write(0xcf9, 1, 0x06);
    assertThat(reset.value).isEqualTo(0x06);
    assertThat(ports.read(0xcf9, 1)).isEqualTo(0x06);
    assertThat(ports.read(0xcf8, 1)).isEqualTo(0xff);
  }

  @Test
  void ecamReadsTheSameRegistersAndOnesBehindThem() {
    EcamWindow ecam = new EcamWindow(bus);
    long base = 3L << 15;
    assertThat(ecam.read(base, 4)).isEqualTo(0x1041_1af4L);
    assertThat(ecam.read(base + 1, 2)).isEqualTo(0x411aL);
    assertThat(ecam.read(base, 8)).isEqualTo(0x1041_1af4L);
    assertThat(ecam.read(base + 0x100, 4) & 0xffff_ffffL).isEqualTo(0xffff_ffffL);
    assertThat(ecam.read(base + 0xfe, 4)).isEqualTo(0xffff_0000L | 0xffff_ffff_0000_0000L);
    assertThat(ecam.read(1L << 20, 4) & 0xffff_ffffL).as("bus 1").isEqualTo(0xffff_ffffL);
    ecam.write(base + 0x3c, 1, 0x55);
    assertThat(get(3, 0x3c, 1)).isEqualTo(0x55);
  }

  @Test
  void basesAreSizedAndMoveTheirWindows() {
    Register io = new Register();
    Register memory = new Register();
    function.addPortBar(0, 32, io);
    function.addMemoryBar(1, BarKind.MEMORY_32, 0x4000, memory);

    set(3, 0x10, 4, -1);
    assertThat(get(3, 0x10, 4)).isEqualTo(0xffff_ffe1);
    set(3, 0x14, 4, -1);
    assertThat(get(3, 0x14, 4)).isEqualTo(0xffff_c000);

    set(3, 0x10, 4, 0xc000);
    set(3, 0x14, 4, 0xc000_0000);
    assertThat(ports.isFree(0xc000, 32)).as("decode is off").isTrue();
    set(3, COMMAND, 2, 3);
    ports.write(0xc01f, 1, 7);
    mmio.write(0xc000_3fffL, 1, 9);
    assertThat(io.value).isEqualTo(7);
    assertThat(memory.value).isEqualTo(9);

    set(3, 0x10, 4, 0xd000);
    assertThat(ports.read(0xc000, 1)).isEqualTo(0xff);
    assertThat(ports.read(0xd000, 1)).isEqualTo(7);
    set(3, COMMAND, 2, 2);
    assertThat(ports.read(0xd000, 1)).isEqualTo(0xff);
    assertThat(mmio.read(0xc000_0000L, 1)).isEqualTo(9);
    function.reset();
    assertThat(mmio.read(0xc000_0000L, 1)).isEqualTo(0xff);
    assertThat(get(3, 0x14, 4)).isZero();
  }

  @Test
  void basesOf64BitsReachAbove4GiB() {
    Register memory = new Register();
    function.addMemoryBar(2, BarKind.PREFETCHABLE_64, 1L << 33, memory);
    set(3, 0x18, 4, -1);
    set(3, 0x1c, 4, -1);
    assertThat(get(3, 0x18, 4)).isEqualTo(0xc);
    assertThat(get(3, 0x1c, 4)).isEqualTo(0xffff_fffe);
    set(3, COMMAND, 2, 2);
    set(3, 0x1c, 4, 0x8);
    mmio.write(0x8_0000_1234L, 4, 42);
    assertThat(memory.value).isEqualTo(42);
  }

  @Test
  void overlappingWindowsWaitForTheirPlace() {
    Register first = new Register();
    Register second = new Register();
    first.value = 1;
    second.value = 2;
    PciFunction other = function("b");
    bus.attach(4, 0, other);
    function.addPortBar(0, 16, first);
    other.addPortBar(0, 16, second);
    set(3, COMMAND, 2, 1);
    set(4, COMMAND, 2, 1);
    set(3, 0x10, 4, 0x1000);
    set(4, 0x10, 4, 0x1000);
    assertThat(ports.read(0x1000, 1)).isEqualTo(1);
    set(3, 0x10, 4, 0x2000);
    assertThat(ports.read(0x1000, 1)).isEqualTo(2);
    set(3, 0x10, 4, 0xcf0);
    assertThat(ports.read(0xcf8, 4)).as("fixed ports keep theirs").isEqualTo(0x8000_1810);
    set(3, 0x10, 4, 0xfff0);
    assertThat(ports.read(0xffff, 1)).isEqualTo(1);
    set(3, 0x10, 4, 0x1_0000);
    assertThat(ports.read(0x0000, 1)).isEqualTo(0xff);
  }

  @Test
  void statusBitsAreClearedByOnesOnly() {
    function.config().set(0x06, 2, 0x2810);
    set(3, 0x06, 2, 0x2000);
    assertThat(get(3, 0x06, 2)).isEqualTo(0x0810);
    set(3, 0x06, 2, 0x0010);
    assertThat(get(3, 0x06, 2)).isEqualTo(0x0810);
  }

  @Test
  void identityIsReadOnlyAndTheInterruptLineIsNot() {
    for (int register = 0; register < 256; register += 4) {
      set(3, register, 4, -1);
    }
    assertThat(get(3, 0, 4)).isEqualTo(0x1041_1af4);
    assertThat(get(3, 8, 4)).isEqualTo(0x0200_0001);
    assertThat(get(3, COMMAND, 2)).isEqualTo(0x0547);
    assertThat(get(3, 0x3c, 2)).isEqualTo(0x00ff);
    assertThat(get(3, 0x10, 4)).isZero();
    assertThat(get(3, 0x30, 4)).as("no expansion ROM").isZero();
  }

  @Test
  void pinsAreGatedByCommandAndSharedByASlot() {
    PciFunction second = function("c");
    bus.attach(3, 1, second);
    assertThat(get(3, 0x0e, 1)).isEqualTo(0x80);
    function.interruptPin(1);
    second.interruptPin(1);
    function.interrupt(true);
    second.interrupt(true);
    assertThat(pins).containsExactly("3.0=true");
    assertThat(get(3, 0x06, 2) & 8).isEqualTo(8);
    set(3, COMMAND, 2, 0x400);
    second.interrupt(false);
    assertThat(pins).containsExactly("3.0=true", "3.0=false");
    assertThat(get(3, 0x06, 2) & 8).as("status shows it all the same").isEqualTo(8);
    set(3, COMMAND, 2, 0);
    function.reset();
    assertThat(pins).containsExactly("3.0=true", "3.0=false", "3.0=true", "3.0=false");
  }

  @Test
  void capabilitiesFormAList() {
    function.addCapability(new MsixCapability(3, 1));
    function.addCapability(new MsiCapability(4));
    assertThat(get(3, 0x06, 2) & 0x10).isEqualTo(0x10);
    int first = get(3, 0x34, 1);
    assertThat(get(3, first, 1)).isEqualTo(0x11);
    int second = get(3, first + 1, 1);
    assertThat(get(3, second, 1)).isEqualTo(0x05);
    assertThat(get(3, second + 1, 1)).isZero();
    assertThat(get(3, first + 2, 2)).isEqualTo(2);
    assertThat(get(3, second + 2, 2)).isEqualTo(0x0184);
  }

  @Test
  void msiSendsWhatTheGuestProgrammed() {
    MsiCapability msi = new MsiCapability(4);
    function.addCapability(msi);
    int at = msi.offset();
    msi.fire(0);
    set(3, at + 4, 4, 0xfee0_1003);
    set(3, at + 12, 2, 0x40);
    set(3, at + 2, 2, 1 | 2 << 4);
    msi.fire(1);
    assertThat(messages).as("no bus master").isEmpty();
    set(3, COMMAND, 2, 4);
    msi.fire(1);
    msi.fire(6);
    assertThat(messages).containsExactly("fee01000:41", "fee01000:42");
    set(3, at + 16, 4, 8);
    msi.fire(3);
    assertThat(get(3, at + 20, 4)).isEqualTo(8);
    set(3, at + 16, 4, 0);
    assertThat(messages).hasSize(3).last().isEqualTo("fee01000:43");
    assertThat(get(3, at + 20, 4)).isZero();
  }

  @Test
  void msixKeepsMaskedMessagesPending() {
    MsixCapability msix = new MsixCapability(40, 1);
    function.addMemoryBar(1, BarKind.MEMORY_32, msix.windowSize(), msix);
    function.addCapability(msix);
    set(3, 0x14, 4, 0xc000_0000);
    set(3, COMMAND, 2, 6);
    set(3, msix.offset() + 2, 2, 0x8000);
    long entry = 0xc000_0000L + 33 * 16;
    mmio.write(entry, 8, 0xfee0_0000L);
    mmio.write(entry + 8, 4, 0x77);
    assertThat(mmio.read(entry + 12, 4)).as("masked at power-on").isEqualTo(1);
    msix.fire(33);
    assertThat(messages).isEmpty();
    assertThat(mmio.read(0xc000_0800L, 8)).isEqualTo(1L << 33);
    mmio.write(entry + 12, 4, 0);
    assertThat(messages).containsExactly("fee00000:77");
    assertThat(mmio.read(0xc000_0800L, 8)).isZero();
    set(3, msix.offset() + 2, 2, 0xc000);
    msix.fire(33);
    assertThat(messages).hasSize(1);
    set(3, msix.offset() + 2, 2, 0x8000);
    assertThat(messages).hasSize(2);
    msix.fire(40);
    msix.fire(-1);
    assertThat(messages).hasSize(2);
  }

  @Test
  void randomAccessesNeverThrow() {
    MsixCapability msix = new MsixCapability(2048, 4);
    function.addPortBar(0, 64, new Register());
    function.addMemoryBar(1, BarKind.MEMORY_32, 0x1000, new Register());
    function.addMemoryBar(2, BarKind.PREFETCHABLE_64, 0x10_0000, new Register());
    function.addMemoryBar(4, BarKind.MEMORY_64, msix.windowSize(), msix);
    function.addCapability(msix);
    function.addCapability(new MsiCapability(32));
    EcamWindow ecam = new EcamWindow(bus);
    Random random = new Random(1);
    long seen = 0;
    for (int i = 0; i < 300_000; i++) {
      int size = 1 << random.nextInt(4);
      long offset =
          random.nextInt(4) == 0 ? random.nextInt(1 << 28) : 3 << 15 | random.nextInt(256);
      long value = random.nextInt(3) == 0 ? -1 : random.nextLong();
      ecam.write(Math.min(offset, (1 << 28) - size), size, value);
      seen += ecam.read(Math.min(offset, (1 << 28) - size), size);
      ports.write(0xcf8 + random.nextInt(8), 1 << random.nextInt(3), (int) value);
      msix.write(random.nextInt(msix.windowSize() - 8), size, value);
      seen += msix.read(random.nextInt(msix.windowSize() - 8), size);
      msix.fire(random.nextInt(2048));
      messages.clear();
      pins.clear();
    }
    assertThat(seen).isNotZero();
  }
}
