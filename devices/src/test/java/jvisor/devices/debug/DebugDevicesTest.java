package jvisor.devices.debug;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import jvisor.devices.RecordingMachine;
import jvisor.devices.Wire;
import jvisor.platform.GuestMemory;
import jvisor.platform.InterruptLine;
import jvisor.platform.MmioBus;
import jvisor.platform.MmioDevice;
import jvisor.platform.PortBus;
import jvisor.platform.PortDevice;
import org.junit.jupiter.api.Test;

class DebugDevicesTest {
  private final RecordingMachine machine = new RecordingMachine();

  @Test
  void consolePassesBytesOnAndAnswersWithItsMark() {
    StringBuilder text = new StringBuilder();
    DebugConsole console = new DebugConsole(value -> text.append((char) value));
    console.write(0, 1, 'o');
    console.write(0, 1, 'k');
    assertThat(text).hasToString("ok");
    assertThat(console.read(0, 1)).isEqualTo(0xe9);
  }

  @Test
  void exitStatusIsTheCodeDoubledPlusOne() {
    DebugExit exit = new DebugExit(machine);
    exit.write(0, 4, 0);
    exit.write(0, 4, 38);
    exit.write(0, 4, 0xffff_ffff);
    exit.write(0, 4, 0x80);
    assertThat(machine.requests()).containsExactly("exit 1", "exit 77", "exit 255", "exit 1");
    assertThat(exit.read(0, 4)).isZero();
  }

  @Test
  void postPortKeepsTheLastCode() {
    List<Integer> codes = new ArrayList<>();
    PostPort post = new PostPort(codes::add);
    post.write(0, 1, 0x12);
    post.write(0, 1, 0xff);
    assertThat(post.read(0, 1)).isEqualTo(0xff);
    assertThat(post.last()).isEqualTo(0xff);
    assertThat(codes).containsExactly(0x12, 0xff);
  }

  @Test
  void latchesReadAsWrittenAtEverySize() {
    try (GuestMemory memory = memory()) {
      UnitTestDevice device = new UnitTestDevice(memory, List.of());
      PortBus bus = new PortBus();
      bus.attach(UnitTestDevice.LATCH_PORT, 4, device.latch());
      bus.attach(UnitTestDevice.BYTE_PORT, 1, device.byteLatch());
      bus.write(0xe0, 4, 0x87654321);
      assertThat(bus.read(0xe0, 4)).isEqualTo(0x87654321);
      assertThat(bus.read(0xe0, 2)).isEqualTo(0x4321);
      assertThat(bus.read(0xe2, 2)).isEqualTo(0x8765);
      assertThat(bus.read(0xe3, 1)).isEqualTo(0x87);
      bus.write(0xe1, 1, 0xaa);
      assertThat(bus.read(0xe0, 4)).isEqualTo(0x8765aa21);
      bus.write(0xe8, 1, 0x5c);
      assertThat(bus.read(0xe8, 1)).isEqualTo(0x5c);
    }
  }

  @Test
  void interruptPortsDriveTheirLines() {
    try (GuestMemory memory = memory()) {
      List<InterruptLine> wires = List.of(new Wire(), new Wire());
      PortDevice ports = new UnitTestDevice(memory, wires).interrupts();
      ports.write(1, 1, 1);
      assertThat(((Wire) wires.get(1)).level()).isTrue();
      assertThat(((Wire) wires.get(0)).level()).isFalse();
      ports.write(1, 4, 0);
      assertThat(((Wire) wires.get(1)).level()).isFalse();
      ports.write(2, 1, 1);
      ports.write(23, 4, 1);
    }
  }

  @Test
  void flushingAPageMovesItsFrameAndKeepsItsContent() {
    try (GuestMemory memory = memory()) {
      UnitTestDevice device = new UnitTestDevice(memory, List.of());
      memory.write(0x3008, 8, 0x1122334455667788L);
      long frame = memory.readableFrame(0x3000);
      device.flush().write(0, 4, 0x3123);
      assertThat(memory.readableFrame(0x3000)).isNotEqualTo(frame);
      assertThat(memory.read(0x3008, 8)).isEqualTo(0x1122334455667788L);
      for (int i = 0; i < 10_000; i++) {
        device.flush().write(0, 4, i << 12);
      }
      device.flush().write(0, 4, 0xffff_ffff);
    }
  }

  @Test
  void scratchRegistersReadAsWrittenAtEverySize() {
    try (GuestMemory memory = memory()) {
      MmioDevice scratch = new UnitTestDevice(memory, List.of()).scratch();
      scratch.write(0xfff8, 8, 0x1122334455667788L);
      assertThat(scratch.read(0xfff8, 8)).isEqualTo(0x1122334455667788L);
      assertThat(scratch.read(0xfffa, 2)).isEqualTo(0x5566);
      assertThat(scratch.read(0xffff, 1)).isEqualTo(0x11);
      assertThat(scratch.read(0, 4)).isZero();
    }
  }

  private static GuestMemory memory() {
    return new GuestMemory(1 << 20, 1 << 20, new MmioBus());
  }
}
