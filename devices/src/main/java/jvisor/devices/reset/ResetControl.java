package jvisor.devices.reset;

import jvisor.devices.ByteWidePorts;
import jvisor.platform.Device;
import jvisor.platform.MachineControl;

/** The chipset's reset control register, port 0xCF9. */
public final class ResetControl implements Device, ByteWidePorts {
  /** Where it is. */
  public static final int PORT = 0xcf9;

  private static final int SYS_RST = 0x02;
  private static final int RST_CPU = 0x04;
  private static final int FULL_RST = 0x08;

  private final MachineControl machine;
  private int value;

  /** Creates the register. */
  public ResetControl(MachineControl machine) {
    this.machine = machine;
  }

  @Override
  public String name() {
    return "reset-control";
  }

  @Override
  public void reset() {
    value = 0;
  }

  @Override
  public int readByte(int offset) {
    return value;
  }

  /** {@inheritDoc} RST_CPU going from 0 to 1 resets the machine. */
  @Override
  public void writeByte(int offset, int written) {
    boolean rises = (written & ~value & RST_CPU) != 0;
    value = written & (SYS_RST | RST_CPU | FULL_RST);
    if (rises) {
      machine.reset("0xCF9");
    }
  }
}
