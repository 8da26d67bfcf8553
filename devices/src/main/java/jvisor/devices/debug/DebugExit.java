package jvisor.devices.debug;

import jvisor.platform.MachineControl;
import jvisor.platform.PortDevice;

/**
 * Four ports by which a guest ends its machine: writing {@code c} exits with {@code c << 1 | 1}.
 */
public final class DebugExit implements PortDevice {
  /** Where it is expected. */
  public static final int PORT = 0xf4;

  /** Ports that it takes. */
  public static final int PORTS = 4;

  private final MachineControl machine;

  /** Creates the device. */
  public DebugExit(MachineControl machine) {
    this.machine = machine;
  }

  @Override
  public int read(int offset, int size) {
    return 0;
  }

  @Override
  public void write(int offset, int size, int value) {
    machine.exit((value << 1 | 1) & 0xff);
  }
}
