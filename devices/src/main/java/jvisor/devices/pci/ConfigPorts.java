package jvisor.devices.pci;

import jvisor.platform.PortBus;
import jvisor.platform.PortDevice;

/**
 * Configuration mechanism #1 (PCI 3.0, 3.2.2.3.2): an address written as a whole double word to
 * port 0xCF8, data at ports 0xCFC–0xCFF in any size. Smaller accesses to the address ports pass
 * through to what else lives there, which is the reset control register at 0xCF9.
 */
public final class ConfigPorts {
  private static final int ENABLE = 0x8000_0000;

  /** What can be written: enable, bus, device, function and register. */
  private static final int WRITABLE = 0x80ff_fffc;

  private final PciBus bus;
  private final PortDevice resetControl;
  private int address;

  /**
   * @param bus the root bus
   * @param resetControl the register at port 0xCF9, a device of one port
   */
  public ConfigPorts(PciBus bus, PortDevice resetControl) {
    this.bus = bus;
    this.resetControl = resetControl;
  }

  /** Attaches ports 0xCF8–0xCFF. */
  public void attach(PortBus ports) {
    ports.attach(0xcf8, 4, new AddressPort());
    ports.attach(0xcfc, 4, new DataPort());
  }

  /** Clears the address. */
  public void reset() {
    address = 0;
  }

  private final class AddressPort implements PortDevice {
    @Override
    public int read(int offset, int size) {
      if (size == 4) {
        return address;
      }
      int value = 0;
      for (int i = 0; i < size; i++) {
        int octet = offset + i == 1 ? resetControl.read(0, 1) & 0xff : 0xff;
        value |= octet << (8 * i);
      }
      return value;
    }

    @Override
    public void write(int offset, int size, int value) {
      if (size == 4) {
        address = value & WRITABLE;
      } else if (offset <= 1 && offset + size > 1) {
        resetControl.write(0, 1, (value >>> (8 * (1 - offset))) & 0xff);
      }
    }
  }

  private final class DataPort implements PortDevice {
    @Override
    public int read(int offset, int size) {
      if ((address & ENABLE) == 0) {
        return -1;
      }
      return bus.read(address >>> 16 & 0xff, address >>> 8 & 0xff, register(offset), size);
    }

    @Override
    public void write(int offset, int size, int value) {
      if ((address & ENABLE) != 0) {
        bus.write(address >>> 16 & 0xff, address >>> 8 & 0xff, register(offset), size, value);
      }
    }

    private int register(int offset) {
      return (address & 0xfc) + offset;
    }
  }
}
