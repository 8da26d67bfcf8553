package jvisor.devices.pic;

import jvisor.devices.ByteWidePorts;
import jvisor.platform.Device;
import jvisor.platform.ExternalInterrupts;
import jvisor.platform.InterruptLine;
import jvisor.platform.PortDevice;

/** The two 8259A of a PC: inputs 0–15 (2 is the cascade), one INTR output. */
public final class LegacyPics implements Device, ExternalInterrupts {
  /** The input of the first chip that the second one drives. */
  public static final int CASCADE = 2;

  private static final int MASTER_LEVEL_CAPABLE = 0xf8;
  private static final int SLAVE_LEVEL_CAPABLE = 0xde;

  private final Pic8259 master;
  private final Pic8259 slave;

  /**
   * Creates both chips, not initialized.
   *
   * @param intr the processor's interrupt request input
   */
  public LegacyPics(InterruptLine intr) {
    master = new Pic8259(true, intr);
    slave = new Pic8259(false, level -> master.setPin(CASCADE, level));
  }

  @Override
  public String name() {
    return "pic";
  }

  @Override
  public void reset() {
    slave.reset();
    master.reset();
  }

  /** The wire into input {@code irq} (0–15, but not the cascade). */
  public InterruptLine input(int irq) {
    if (irq < 0 || irq > 15 || irq == CASCADE) {
      throw new IllegalArgumentException("no such input: " + irq);
    }
    Pic8259 chip = irq < 8 ? master : slave;
    int pin = irq & 7;
    return level -> chip.setPin(pin, level);
  }

  /** Ports 0x20 and 0x21. */
  public PortDevice masterPorts() {
    return ports(master);
  }

  /** Ports 0xA0 and 0xA1. */
  public PortDevice slavePorts() {
    return ports(slave);
  }

  /** Ports 0x4D0 and 0x4D1: which inputs are level-triggered. IRQ 0, 1, 2, 8 and 13 never are. */
  public PortDevice elcrPorts() {
    return new ByteWidePorts() {
      @Override
      public int readByte(int offset) {
        return (offset & 1) == 0 ? master.elcr() : slave.elcr();
      }

      @Override
      public void writeByte(int offset, int value) {
        if ((offset & 1) == 0) {
          master.setElcr(value & MASTER_LEVEL_CAPABLE);
        } else {
          slave.setElcr(value & SLAVE_LEVEL_CAPABLE);
        }
      }
    };
  }

  private static PortDevice ports(Pic8259 chip) {
    return new ByteWidePorts() {
      @Override
      public int readByte(int offset) {
        return chip.read(offset & 1);
      }

      @Override
      public void writeByte(int offset, int value) {
        chip.write(offset & 1, value);
      }
    };
  }

  @Override
  public boolean pending() {
    return master.asserted();
  }

  @Override
  public int acknowledge() {
    int input = master.acknowledge();
    if (input < 0) {
      return master.vector(7);
    }
    if (!master.isSlaveInput(input)) {
      return master.vector(input);
    }
    if (input != CASCADE) {
      return 0xff;
    }
    int slaveInput = slave.acknowledge();
    return slave.vector(slaveInput < 0 ? 7 : slaveInput);
  }
}
