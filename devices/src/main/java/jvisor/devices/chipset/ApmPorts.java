package jvisor.devices.chipset;

import jvisor.platform.PortBus;
import jvisor.platform.PortDevice;

/**
 * The APM command and status ports 0xB2 and 0xB3 (ICH9, 13.7.5). A command would raise an SMI; the
 * two that firmware's handler answers here are those which the FADT announces.
 */
final class ApmPorts implements PortDevice {
  private static final int LENGTH = 2;

  private final PowerManagement power;
  private final int[] registers = new int[LENGTH];

  ApmPorts(PowerManagement power) {
    this.power = power;
  }

  void attach(PortBus ports) {
    ports.attach(ApmCommands.PORT, LENGTH, this);
  }

  void reset() {
    registers[0] = 0;
    registers[1] = 0;
  }

  @Override
  public int read(int offset, int size) {
    return size == 1 ? registers[offset] : registers[0] | registers[1] << 8;
  }

  @Override
  public void write(int offset, int size, int value) {
    for (int i = 0; i < size; i++) {
      registers[offset + i] = value >>> (8 * i) & 0xff;
    }
    if (offset == 0 && registers[0] == ApmCommands.ACPI_ENABLE) {
      power.acpiMode(true);
    } else if (offset == 0 && registers[0] == ApmCommands.ACPI_DISABLE) {
      power.acpiMode(false);
    }
  }
}
