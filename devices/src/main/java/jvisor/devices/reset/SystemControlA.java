package jvisor.devices.reset;

import jvisor.devices.ByteWidePorts;
import jvisor.platform.Device;
import jvisor.platform.MachineControl;

/** Port 0x92: fast reset in bit 0, fast A20 in bit 1. */
public final class SystemControlA implements Device, ByteWidePorts {
  /** Where it is. */
  public static final int PORT = 0x92;

  private static final int INIT_NOW = 0x01;
  private static final int ALT_A20_GATE = 0x02;

  private final MachineControl machine;
  private final A20Gate a20;
  private int value;

  /** Creates the register. */
  public SystemControlA(MachineControl machine, A20Gate a20) {
    this.machine = machine;
    this.a20 = a20;
  }

  @Override
  public String name() {
    return "port92";
  }

  @Override
  public void reset() {
    value = 0;
    a20.setFast(false);
  }

  @Override
  public int readByte(int offset) {
    return value;
  }

  @Override
  public void writeByte(int offset, int written) {
    boolean rises = (written & ~value & INIT_NOW) != 0;
    value = written & (INIT_NOW | ALT_A20_GATE);
    a20.setFast((value & ALT_A20_GATE) != 0);
    if (rises) {
      machine.reset("port 0x92");
    }
  }
}
