package jvisor.machine.board;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import jvisor.devices.fwcfg.E820Entry;
import jvisor.machine.ByteSink;
import jvisor.machine.SerialEnd;
import jvisor.machine.clock.InstructionClock;
import jvisor.platform.Device;
import jvisor.platform.GuestMemory;
import jvisor.platform.Inbox;
import jvisor.platform.MachineControl;
import jvisor.platform.PortBus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Q35BoardTest {
  private static final long RAM = 16 << 20;
  private static final long ECAM = 0xb000_0000L;

  private final List<String> log = new ArrayList<>();
  private final List<Long> messages = new ArrayList<>();
  private final StringBuilder serial = new StringBuilder();
  private final StringBuilder console = new StringBuilder();
  private long nanos;
  private boolean intr;
  private boolean a20 = true;
  private final InstructionClock clock = new InstructionClock(1_000_000_000L, () -> nanos, 1000);
  private Q35Board board = board(RAM);

  private Q35Board board(long ram) {
    MachineControl machine =
        new MachineControl() {
          @Override
          public void powerOff() {
            log.add("off");
          }

          @Override
          public void reset(String cause) {
            log.add("reset " + cause);
          }

          @Override
          public void exit(int status) {
            log.add("exit " + status);
          }
        };
    ByteSink out = value -> serial.append((char) value);
    ByteSink debug = value -> console.append((char) value);
    return new Q35Board(
        new BoardConfig(ram, 1, out, debug, true),
        clock,
        machine,
        (address, data) -> messages.add(address << 32 | Integer.toUnsignedLong(data)),
        level -> intr = level,
        level -> a20 = level);
  }

  @AfterEach
  void close() {
    board.close();
  }

  private void rebuild(long ram) {
    board.close();
    board = board(ram);
  }

  private void out(int port, int value) {
    board.ports().write(port, 1, value);
  }

  private void moveTo(long time) {
    while (clock.nextDeadline() <= time) {
      nanos = Math.max(nanos, clock.nextDeadline());
      clock.fireDue();
    }
    nanos = time;
  }

  private void ioApic(int register, int value) {
    board.mmio().write(MemoryMap.IO_APIC, 4, register);
    board.mmio().write(MemoryMap.IO_APIC + 0x10, 4, value);
  }

  private void unmask(int pin, int entry) {
    ioApic(0x11 + 2 * pin, 0);
    ioApic(0x10 + 2 * pin, entry);
  }

  private void initializePics() {
    for (int base : new int[] {0x20, 0xa0}) {
      out(base, 0x11);
      out(base + 1, base == 0x20 ? 0x30 : 0x38);
      out(base + 1, base == 0x20 ? 4 : 2);
      out(base + 1, 1);
      out(base + 1, 0);
    }
  }

  @Test
  void theTimerReachesInput0OfTheLegacyControllerAndPin2OfTheIoApic() {
    initializePics();
    unmask(2, 0x52);
    out(0x43, 0x34);
    out(0x40, 0xa9);
    out(0x40, 0x04);
    moveTo(3_000_000);
    assertThat(intr).isTrue();
    assertThat(board.externalInterrupts().acknowledge()).isEqualTo(0x30);
    assertThat(messages).isNotEmpty().allMatch(message -> (message & 0xff) == 0x52);
    assertThat(messages.getFirst() >>> 32).isEqualTo(0xfee0_0000L);
  }

  @Test
  void theLegacyControllersOutputIsPin0OfTheIoApic() {
    initializePics();
    unmask(0, 0x8700);
    out(0x2001, 1);
    assertThat(intr).isTrue();
    assertThat(messages).isNotEmpty();
    assertThat(board.externalInterrupts().acknowledge()).isEqualTo(0x31);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 7, 8, 9, 12, 15, 16, 20, 23})
  void testLinesReachThePinOfTheirNumber(int line) {
    initializePics();
    unmask(line, 0x8060 + line);
    out(0x2000 + line, 1);
    assertThat(messages).hasSize(1);
    assertThat(messages.getFirst() & 0xff).isEqualTo(0x60 + line);
    assertThat(intr).isEqualTo(line < 16);
    out(0x2000 + line, 0);
    board.ioApic().eoi(0x60 + line);
    assertThat(messages).hasSize(1);
  }

  @Test
  void theRealTimeClockReachesInterrupt8() {
    initializePics();
    out(0x70, 0x0b);
    out(0x71, 0x12);
    moveTo(2_100_000_000L);
    assertThat(intr).isTrue();
    assertThat(board.externalInterrupts().acknowledge()).isEqualTo(0x38);
  }

  @Test
  void theSerialPortReachesInterrupt4AndItsSink() {
    initializePics();
    out(0x3fb, 3);
    out(0x3fc, 0x08);
    out(0x3f9, 0x02);
    out(0x3f8, 'x');
    moveTo(10_000_000);
    assertThat(serial.toString()).isEqualTo("x");
    assertThat(intr).isTrue();
    assertThat(board.externalInterrupts().acknowledge()).isEqualTo(0x34);
  }

  @Test
  void serialInputIsTakenAsFastAsTheChipTakesIt() {
    Queue<Integer> typed = new ArrayDeque<>();
    List<Runnable> notices = new ArrayList<>();
    SerialEnd end =
        new SerialEnd() {
          @Override
          public void write(int value) {}

          @Override
          public int read() {
            Integer next = typed.poll();
            return next == null ? -1 : next;
          }

          @Override
          public void onReadable(Runnable notice) {
            notices.add(notice);
          }
        };
    Inbox inbox = new Inbox();
    SerialFeed.connect(board.com1(), end, inbox);
    inbox.drain();
    out(0x3fb, 3);
    out(0x3fa, 1);
    out(0x3fc, 2);
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      typed.add(i % 251);
    }
    notices.getFirst().run();
    inbox.drain();
    assertThat(typed).as("a bounded queue").isNotEmpty();
    for (int i = 0; i < count; i++) {
      for (int steps = 0; (board.ports().read(0x3fd, 1) & 1) == 0; steps++) {
        assertThat(steps).as("milliseconds without a byte").isLessThan(100);
        moveTo(nanos + 1_000_000);
      }
      assertThat(board.ports().read(0x3f8, 1)).isEqualTo(i % 251);
    }
    assertThat(typed).isEmpty();
  }

  @Test
  void theDebugConsoleAnswersAtBothPorts() {
    for (char c : "hi".toCharArray()) {
      out(0xe9, c);
      out(0x402, c);
    }
    assertThat(console.toString()).isEqualTo("hhii");
    assertThat(board.ports().read(0x402, 1)).isEqualTo(0xe9);
  }

  @Test
  void theGuestEndsOrResetsTheMachine() {
    board.ports().write(0xf4, 4, 0x10);
    out(0xcf9, 0x02);
    out(0xcf9, 0x06);
    out(0x64, 0xfe);
    board.presetForDirectBoot();
    board.ports().write(0x604, 2, 7 << 10 | 1 << 13);
    assertThat(log)
        .hasSize(4)
        .startsWith("exit 33")
        .endsWith("off")
        .anyMatch(entry -> entry.contains("keyboard"));
    assertThat(log.get(1)).startsWith("reset");
  }

  @Test
  void addressLine20FollowsItsGates() {
    out(0x64, 0xd1);
    out(0x60, 0xdd);
    assertThat(a20).isFalse();
    out(0x92, 2);
    assertThat(a20).isTrue();
    board.reset();
    assertThat(a20).isTrue();
  }

  @Test
  void kernelsThatStartDirectlyFindTablesAndWindows() {
    long rsdp = board.presetForDirectBoot();
    GuestMemory memory = board.memory();
    byte[] bytes = new byte[8];
    memory.read(rsdp, bytes, 0, 8);
    assertThat(new String(bytes, US_ASCII)).isEqualTo("RSD PTR ");
    long xsdt = memory.read(rsdp + 24, 8);
    assertThat(memory.read(xsdt, 4)).isEqualTo(0x5444_5358L);
    assertThat(xsdt + memory.read(xsdt + 4, 4)).isLessThan(0x10_0000);
    assertThat(board.mmio().read(ECAM, 4)).isEqualTo(0x29c0_8086L);
    assertThat(board.ports().read(0x4d1, 1)).isEqualTo(0x0c);
    assertThat(board.ports().read(0x608, 4)).isNotEqualTo(-1);
  }

  @Test
  void firmwareIsAtTheResetVectorUntilItIsShadowed() {
    byte[] image = new byte[128 << 10];
    image[image.length - 16] = (byte) 0xea;
    board.installFirmware(image);
    assertThat(board.memory().read(0xffff_fff0L, 1)).isEqualTo(0xea);
    assertThat(board.memory().read(0xf_fff0, 1)).isEqualTo(0xea);
    board.ports().write(0xcf8, 4, 0x8000_0090);
    board.ports().write(0xcfc, 1, 0x30);
    board.memory().write(0xf_fff0, 1, 0x55);
    assertThat(board.memory().read(0xf_fff0, 1)).isEqualTo(0x55);
    board.reset();
    assertThat(board.memory().read(0xf_fff0, 1)).isEqualTo(0xea);
  }

  @Test
  void firmwareLearnsAboutTheMachine() {
    assertThat(fwCfg(3, 8)).isEqualTo(RAM);
    assertThat(fwCfg(5, 2)).isEqualTo(1);
    assertThat(fwCfg(0x0f, 2)).isEqualTo(1);
    assertThat(fwCfg(0x11, 4)).isZero();
    assertThat(board.fwCfg().file("etc/e820"))
        .isEqualTo(E820Entry.encode(List.of(new E820Entry(0, RAM, E820Entry.RAM))));
    assertThat(board.fwCfg().file("etc/table-loader")).isNotEmpty();
    out(0x70, 0x5f);
    assertThat(board.ports().read(0x71, 1)).isZero();
  }

  private long fwCfg(int key, int size) {
    board.ports().write(0x510, 2, key);
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (long) board.ports().read(0x511, 1) << (8 * i);
    }
    return value;
  }

  @ParameterizedTest
  @CsvSource({"4096", "0x100000", "0x1000000", "0x80000000", "0x80001000", "0x140000000"})
  void theMemoryMapIsSortedAndHoldsAllRam(String ram) {
    rebuild(Long.decode(ram));
    long ramSeen = 0;
    long end = 0;
    for (E820Entry entry : board.memoryMap()) {
      assertThat(entry.base()).isGreaterThanOrEqualTo(end);
      assertThat(entry.length()).isPositive();
      end = entry.base() + entry.length();
      if (entry.type() == E820Entry.RAM) {
        ramSeen += entry.length();
        assertThat(board.memory().writableFrame(entry.base())).isNotZero();
        assertThat(board.memory().writableFrame(end - 1)).isNotZero();
      }
    }
    assertThat(Long.decode(ram) - ramSeen).isBetween(0L, 0x6_0400L);
  }

  /** The same table stands in the package's documentation. */
  @Test
  void portsAreWhereTheDocumentationSays() {
    board.presetForDirectBoot();
    assertThat(taken(board.ports()))
        .containsExactly(
            "20-21",
            "40-43",
            "60-61",
            "64-64",
            "70-71",
            "80-80",
            "92-92",
            "a0-a1",
            "b2-b3",
            "e0-e9",
            "f4-f7",
            "3f8-3ff",
            "402-402",
            "4d0-4d1",
            "510-51b",
            "600-67f",
            "cf8-cff",
            "2000-2017");
  }

  private static List<String> taken(PortBus ports) {
    TreeMap<Integer, Integer> ranges = new TreeMap<>();
    for (int port = 0; port < PortBus.PORTS; port++) {
      if (!ports.isFree(port, 1)) {
        var last = ranges.lastEntry();
        boolean joins = last != null && last.getValue() == port - 1;
        ranges.put(joins ? last.getKey() : port, port);
      }
    }
    return ranges.entrySet().stream()
        .map(range -> "%x-%x".formatted(range.getKey(), range.getValue()))
        .toList();
  }

  @Test
  void devicesHaveNamesOfTheirOwn() {
    List<String> names = board.devices().stream().map(Device::name).toList();
    assertThat(new TreeSet<>(names)).hasSameSizeAs(names).contains("pit", "com1", "lpc-bridge");
  }

  @Test
  void firmwareOfASizeThatCannotBeMappedIsRefused() {
    assertThatThrownBy(() -> board.installFirmware(new byte[100]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> board.installFirmware(new byte[(16 << 20) + 4096]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void randomAccessesToEveryRegisterNeverThrow() {
    board.installFirmware(new byte[256 << 10]);
    board.presetForDirectBoot();
    Random random = new Random(4);
    int[] ports = portsInUse();
    long[] windows = {MemoryMap.IO_APIC, 0xfed1_c000L, 0xff00_0000L, ECAM, ECAM + 0xf_8000};
    long seen = 0;
    for (int i = 0; i < 500_000; i++) {
      int port = ports[random.nextInt(ports.length)] - random.nextInt(4);
      int size = 1 << random.nextInt(3);
      if (random.nextBoolean()) {
        seen += board.ports().read(port & 0xffff, size);
      } else {
        board.ports().write(port & 0xffff, size, random.nextInt());
      }
      long gpa = windows[random.nextInt(windows.length)] + random.nextInt(0x1000);
      if (random.nextBoolean()) {
        seen += board.mmio().read(gpa, 1 << random.nextInt(4));
      } else {
        board.mmio().write(gpa, 1 << random.nextInt(4), random.nextLong());
      }
      if (i % 64 == 0) {
        moveTo(nanos + random.nextInt(1_000_000));
        board.externalInterrupts().acknowledge();
      }
      if (i % 50_000 == 0) {
        board.reset();
        board.presetForDirectBoot();
      }
      messages.clear();
      log.clear();
      serial.setLength(0);
      console.setLength(0);
    }
    assertThat(seen).isNotZero();
    board.reset();
    board.presetForDirectBoot();
    assertThat(board.mmio().read(ECAM, 4)).isEqualTo(0x29c0_8086L);
  }

  private int[] portsInUse() {
    List<Integer> used = new ArrayList<>();
    for (int port = 4; port < PortBus.PORTS; port++) {
      if (!board.ports().isFree(port, 1)) {
        used.add(port);
      }
    }
    return used.stream().mapToInt(Integer::intValue).toArray();
  }
}
