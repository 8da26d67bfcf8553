package jvisor.devices;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import jvisor.devices.debug.DebugConsole;
import jvisor.devices.debug.DebugExit;
import jvisor.devices.debug.PostPort;
import jvisor.devices.debug.UnitTestDevice;
import jvisor.devices.ioapic.IoApic;
import jvisor.devices.pic.LegacyPics;
import jvisor.devices.pit.Pit8254;
import jvisor.devices.reset.A20Gate;
import jvisor.devices.reset.KeyboardController;
import jvisor.devices.reset.ResetControl;
import jvisor.devices.reset.SystemControlA;
import jvisor.devices.rtc.Mc146818;
import jvisor.devices.serial.Uart16550;
import jvisor.devices.ticks.TickPolicy;
import jvisor.platform.GuestMemory;
import jvisor.platform.InterruptLine;
import jvisor.platform.MachineControl;
import jvisor.platform.MmioBus;
import jvisor.platform.MmioDevice;
import jvisor.platform.PortDevice;
import org.junit.jupiter.api.Test;

/** Random reads and writes at every register and size, with time and pins moving in between. */
class HostileAccessTest {
  private static final int ROUNDS = 300_000;

  private final TestClock clock = new TestClock(1_800_000_000L);
  private final Wire line = new Wire();
  private final MachineControl machine =
      new MachineControl() {
        @Override
        public void powerOff() {}

        @Override
        public void reset(String cause) {}

        @Override
        public void exit(int status) {
          assertThat(status).isBetween(0, 255);
        }
      };

  /** What happens around the accesses; {@code random} decides whether. */
  private interface Surroundings {
    void act(SplittableRandom random);
  }

  private void attack(PortDevice device, int ports, Surroundings surroundings) {
    SplittableRandom random = new SplittableRandom(ports);
    run(
        random,
        surroundings,
        () -> {
          int size = 1 << random.nextInt(3);
          int offset = random.nextInt(ports);
          if (random.nextBoolean()) {
            int value = size == 4 ? random.nextInt() : random.nextInt(1 << (8 * size));
            device.write(offset, size, value);
          } else {
            device.read(offset, size);
          }
        });
  }

  private void attack(MmioDevice device, long length, Surroundings surroundings) {
    SplittableRandom random = new SplittableRandom(length);
    run(
        random,
        surroundings,
        () -> {
          int size = 1 << random.nextInt(4);
          long offset = random.nextInt(4) == 0 ? random.nextLong(length) : random.nextInt(17);
          if (random.nextBoolean()) {
            long value = random.nextLong() >>> (64 - 8 * size);
            device.write(offset, size, random.nextBoolean() ? value & 0x3f : value);
          } else {
            device.read(offset, size);
          }
        });
  }

  private void run(SplittableRandom random, Surroundings surroundings, Runnable access) {
    for (int i = 0; i < ROUNDS / 10; i++) {
      access.run();
    }
    long before = allocated();
    for (int i = 0; i < ROUNDS; i++) {
      access.run();
      int pick = random.nextInt(100);
      if (pick < 20) {
        clock.advance(random.nextInt(200_000));
      } else if (pick == 20) {
        clock.jump(random.nextInt(50_000_000));
      } else if (pick < 30) {
        surroundings.act(random);
      }
    }
    assertThat(allocated() - before).as("bytes allocated").isLessThan(ROUNDS * 1_000L);
  }

  private static long allocated() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  @Test
  void serialPort() {
    Uart16550 uart = new Uart16550("com1", clock, line, value -> {});
    attack(
        uart,
        Uart16550.PORTS,
        random -> {
          switch (random.nextInt(5)) {
            case 0 -> uart.receiveBreak();
            case 1 ->
                uart.setModemInputs(
                    random.nextBoolean(), random.nextBoolean(), random.nextBoolean(), true);
            default -> uart.receive((byte) random.nextInt());
          }
        });
  }

  @Test
  void interruptControllers() {
    LegacyPics pics = new LegacyPics(line);
    Surroundings devices =
        random -> {
          int irq = random.nextInt(16);
          if (random.nextInt(3) == 0) {
            assertThat(pics.acknowledge()).isBetween(0, 255);
          } else if (irq != LegacyPics.CASCADE) {
            pics.input(irq).set(random.nextBoolean());
          }
        };
    attack(pics.masterPorts(), 2, devices);
    attack(pics.slavePorts(), 2, devices);
    attack(pics.elcrPorts(), 2, devices);
    PortDevice both =
        new PortDevice() {
          @Override
          public int read(int offset, int size) {
            return (offset < 2 ? pics.masterPorts() : pics.slavePorts()).read(offset & 1, 1);
          }

          @Override
          public void write(int offset, int size, int value) {
            (offset < 2 ? pics.masterPorts() : pics.slavePorts()).write(offset & 1, 1, value & 255);
          }
        };
    attack(both, 4, devices);
  }

  @Test
  void intervalTimer() {
    Pit8254 pit = new Pit8254(clock, line, TickPolicy.DEFAULT);
    PortDevice port61 = pit.systemControl();
    attack(
        pit,
        Pit8254.PORTS,
        random -> {
          port61.write(0, 1, random.nextInt(256));
          port61.read(0, 1);
        });
    attack(port61, 1, random -> pit.write(3, 1, random.nextInt(256)));
  }

  @Test
  void realTimeClock() {
    Mc146818 rtc = new Mc146818(clock, line, TickPolicy.DEFAULT);
    attack(
        rtc,
        Mc146818.PORTS,
        random -> {
          rtc.write(0, 1, random.nextInt(14));
          rtc.write(1, 1, random.nextInt(256));
          if (random.nextInt(100) == 0) {
            clock.advance(1_000_000_000L);
          }
        });
  }

  @Test
  void ioApic() {
    int[] last = new int[1];
    IoApic chip =
        new IoApic((address, data) -> {
          assertThat(address >>> 20).isEqualTo(0xfee);
          last[0] = data & 0xff;
        });
    attack(
        chip,
        IoApic.WINDOW,
        random -> {
          chip.input(random.nextInt(IoApic.INPUTS)).set(random.nextBoolean());
          if (random.nextBoolean()) {
            chip.eoi(last[0]);
          }
        });
  }

  @Test
  void debugPorts() {
    attack(new DebugConsole(value -> assertThat(value).isBetween(0, 255)), 1, random -> {});
    attack(new DebugExit(machine), 4, random -> {});
    attack(new PostPort(value -> {}), 1, random -> {});
    try (GuestMemory memory = new GuestMemory(1 << 20, 1 << 20, new MmioBus())) {
      List<InterruptLine> lines = new ArrayList<>();
      IntStream.range(0, 24).forEach(i -> lines.add(line));
      UnitTestDevice device = new UnitTestDevice(memory, lines);
      attack(device.latch(), 4, random -> {});
      attack(device.byteLatch(), 1, random -> {});
      attack(device.flush(), 4, random -> {});
      attack(device.interrupts(), 24, random -> {});
      attack(device.scratch(), UnitTestDevice.SCRATCH_SIZE, random -> {});
    }
  }

  @Test
  void resetsAndKeyboardController() {
    A20Gate a20 = new A20Gate(line);
    attack(new ResetControl(machine), 1, random -> {});
    attack(new SystemControlA(machine, a20), 1, random -> {});
    KeyboardController keyboard = new KeyboardController(machine, a20, line, line);
    PortDevice data = keyboard.data();
    attack(keyboard.command(), 1, random -> data.write(0, 1, random.nextInt(256)));
    attack(data, 1, random -> keyboard.command().write(0, 1, random.nextInt(256)));
  }
}
