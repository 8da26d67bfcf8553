package jvisor.devices.debug;

import java.util.List;
import jvisor.devices.ByteWidePorts;
import jvisor.platform.GuestMemory;
import jvisor.platform.InterruptLine;
import jvisor.platform.MmioDevice;
import jvisor.platform.PortDevice;

/** The test device of kvm-unit-tests; its parts are attached separately. */
public final class UnitTestDevice {
  /** Where {@link #latch} goes: four ports that read as written. */
  public static final int LATCH_PORT = 0xe0;

  /** Where {@link #flush} goes: four ports. */
  public static final int FLUSH_PORT = 0xe4;

  /** Where {@link #byteLatch} goes: one port that reads as written. */
  public static final int BYTE_PORT = 0xe8;

  /** Where {@link #interrupts} goes: one port for each line. */
  public static final int INTERRUPT_PORT = 0x2000;

  /** Where {@link #scratch} goes. */
  public static final long SCRATCH_GPA = 0xff00_0000L;

  /** Bytes of {@link #scratch}. */
  public static final int SCRATCH_SIZE = 0x10000;

  private final GuestMemory memory;
  private final List<InterruptLine> lines;

  /**
   * Creates the device.
   *
   * @param lines the interrupt controller's inputs, in order
   */
  public UnitTestDevice(GuestMemory memory, List<InterruptLine> lines) {
    this.memory = memory;
    this.lines = List.copyOf(lines);
  }

  /** Ports that read as written. */
  public PortDevice latch() {
    return new Latch(4);
  }

  /** A port that reads as written. */
  public PortDevice byteLatch() {
    return new Latch(1);
  }

  /** Writing a gpa voids whatever is cached about its page: the page moves to another frame. */
  public PortDevice flush() {
    return new PortDevice() {
      @Override
      public int read(int offset, int size) {
        return 0;
      }

      @Override
      public void write(int offset, int size, int value) {
        memory.moveFrame(value & 0xffff_f000L);
      }
    };
  }

  /** One port for each line; what is written, zero or not, is the line's level. */
  public PortDevice interrupts() {
    return new ByteWidePorts() {
      @Override
      public int readByte(int offset) {
        return 0xff;
      }

      @Override
      public void writeByte(int offset, int value) {
        if (offset < lines.size()) {
          lines.get(offset).set(value != 0);
        }
      }

      @Override
      public void write(int offset, int size, int value) {
        writeByte(offset, value);
      }
    };
  }

  /** 64 KiB that read as written, byte by byte. */
  public MmioDevice scratch() {
    return new Scratch();
  }

  private static final class Latch implements ByteWidePorts {
    private final byte[] bytes;

    Latch(int size) {
      bytes = new byte[size];
    }

    @Override
    public int readByte(int offset) {
      return bytes[offset % bytes.length] & 0xff;
    }

    @Override
    public void writeByte(int offset, int value) {
      bytes[offset % bytes.length] = (byte) value;
    }
  }

  private static final class Scratch implements MmioDevice {
    private final byte[] bytes = new byte[SCRATCH_SIZE];

    @Override
    public long read(long offset, int size) {
      long value = 0;
      for (int i = 0; i < size; i++) {
        value |= (bytes[(int) (offset + i) & SCRATCH_SIZE - 1] & 0xffL) << (8 * i);
      }
      return value;
    }

    @Override
    public void write(long offset, int size, long value) {
      for (int i = 0; i < size; i++) {
        bytes[(int) (offset + i) & SCRATCH_SIZE - 1] = (byte) (value >>> (8 * i));
      }
    }
  }
}
