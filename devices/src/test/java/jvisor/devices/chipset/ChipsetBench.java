package jvisor.devices.chipset;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import jvisor.platform.GuestMemory;
import jvisor.platform.InterruptLine;
import jvisor.platform.MachineControl;
import jvisor.platform.MmioBus;
import jvisor.platform.PortBus;
import jvisor.platform.PortDevice;
import jvisor.platform.SharedLine;

/** A chipset on a bench: buses, 4 MiB of RAM, and records of what comes out. */
final class ChipsetBench implements MachineControl, InterruptInputs, AutoCloseable {
  final PortBus ports = new PortBus();
  final MmioBus mmio = new MmioBus();
  final GuestMemory memory = new GuestMemory(4 << 20, 1L << 31, mmio);
  final ManualClock clock = new ManualClock();
  final TreeSet<String> high = new TreeSet<>();
  final List<String> requests = new ArrayList<>();
  private final SharedLine[] pic = new SharedLine[16];
  private final SharedLine[] ioApic = new SharedLine[24];
  final Q35Chipset chipset;

  ChipsetBench() {
    this(24);
  }

  ChipsetBench(int timerBits) {
    for (int i = 0; i < pic.length; i++) {
      pic[i] = new SharedLine(line("pic" + i));
    }
    for (int i = 0; i < ioApic.length; i++) {
      ioApic[i] = new SharedLine(line("apic" + i));
    }
    PortDevice none =
        new PortDevice() {
          @Override
          public int read(int offset, int size) {
            return 0;
          }

          @Override
          public void write(int offset, int size, int value) {
            requests.add("0xcf9=" + value);
          }
        };
    chipset =
        new Q35Chipset(ports, memory, clock, this, (address, data) -> {}, this, none, timerBits);
  }

  private InterruptLine line(String name) {
    return level -> {
      if (level) {
        high.add(name);
      } else {
        high.remove(name);
      }
    };
  }

  @Override
  public InterruptLine isa(int irq) {
    InterruptLine a = pic(irq);
    InterruptLine b = ioApic(irq);
    return level -> {
      a.set(level);
      b.set(level);
    };
  }

  @Override
  public InterruptLine pic(int irq) {
    return pic[irq].input();
  }

  @Override
  public InterruptLine ioApic(int pin) {
    return ioApic[pin].input();
  }

  int get(int slot, int register, int size) {
    ports.write(0xcf8, 4, 0x8000_0000 | slot << 11 | register & ~3);
    return ports.read(0xcfc + (register & 3), size);
  }

  void set(int slot, int register, int size, int value) {
    ports.write(0xcf8, 4, 0x8000_0000 | slot << 11 | register & ~3);
    ports.write(0xcfc + (register & 3), size, value);
  }

  @Override
  public void powerOff() {
    requests.add("off");
  }

  @Override
  public void reset(String cause) {
    requests.add("reset");
  }

  @Override
  public void exit(int status) {
    requests.add("exit");
  }

  @Override
  public void close() {
    memory.close();
  }
}
