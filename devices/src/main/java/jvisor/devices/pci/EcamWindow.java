package jvisor.devices.pci;

import jvisor.platform.MmioDevice;

/**
 * The memory-mapped configuration space of PCI Express (PCIe 3.0, 7.2.2): one megabyte a bus, 4 KiB
 * a function. Conventional functions read as ones behind their 256 bytes.
 */
public final class EcamWindow implements MmioDevice {
  private final PciBus bus;

  /** The window onto {@code bus}. */
  public EcamWindow(PciBus bus) {
    this.bus = bus;
  }

  @Override
  public long read(long offset, int size) {
    if (size == 8) {
      return Integer.toUnsignedLong(access(offset, 4)) | read(offset + 4, 4) << 32;
    }
    return access(offset, size);
  }

  private int access(long offset, int size) {
    return bus.read(
        (int) (offset >>> 20), (int) (offset >>> 12) & 0xff, (int) offset & 0xfff, size);
  }

  @Override
  public void write(long offset, int size, long value) {
    if (size == 8) {
      write(offset, 4, value & 0xffff_ffffL);
      write(offset + 4, 4, value >>> 32);
    } else {
      bus.write(
          (int) (offset >>> 20),
          (int) (offset >>> 12) & 0xff,
          (int) offset & 0xfff,
          size,
          (int) value);
    }
  }
}
