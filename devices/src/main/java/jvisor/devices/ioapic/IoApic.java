package jvisor.devices.ioapic;

import jvisor.platform.Device;
import jvisor.platform.InterruptLine;
import jvisor.platform.MessageBus;
import jvisor.platform.MmioDevice;

/** An I/O APIC with 24 inputs; its window is 4 KiB at gpa 0xFEC00000 by custom. */
public final class IoApic implements Device, MmioDevice {
  /** Number of inputs. */
  public static final int INPUTS = 24;

  /** Bytes that the registers take. */
  public static final long WINDOW = 0x1000;

  private static final int IOREGSEL = 0x00;
  private static final int IOWIN = 0x10;
  private static final int EOI = 0x40;

  private static final int ID = 0;
  private static final int VERSION = 1;
  private static final int ARBITRATION = 2;
  private static final int TABLE = 0x10;

  private static final int VERSION_VALUE = (INPUTS - 1) << 16 | 0x20;

  private static final long DELIVERY_STATUS = 1L << 12;
  private static final long REMOTE_IRR = 1L << 14;
  private static final long LEVEL = 1L << 15;
  private static final long MASKED = 1L << 16;
  private static final long READ_ONLY = DELIVERY_STATUS | REMOTE_IRR;
  private static final long IMPLEMENTED = 0xff00_0000_0001_ffffL;

  private static final long MSI_WINDOW = 0xfee0_0000L;
  private static final int MSI_LOGICAL = 1 << 2;
  private static final int MSI_ASSERT = 1 << 14;

  private final MessageBus bus;
  private final long[] table = new long[INPUTS];
  private int pins;
  private int select;
  private int id;

  /** Creates the chip with all inputs masked. */
  public IoApic(MessageBus bus) {
    this.bus = bus;
    reset();
  }

  @Override
  public String name() {
    return "ioapic";
  }

  @Override
  public void reset() {
    select = 0;
    id = 0;
    for (int i = 0; i < INPUTS; i++) {
      table[i] = MASKED;
    }
  }

  /** The wire into input {@code input} (0–23), high while a device asserts it. */
  public InterruptLine input(int input) {
    if (input < 0 || input >= INPUTS) {
      throw new IllegalArgumentException("no such input: " + input);
    }
    return level -> setPin(input, level);
  }

  /** A processor has ended the level-triggered interrupt {@code vector} (0–255). */
  public void eoi(int vector) {
    for (int i = 0; i < INPUTS; i++) {
      if ((table[i] & REMOTE_IRR) != 0 && (table[i] & 0xff) == vector) {
        table[i] &= ~REMOTE_IRR;
        service(i);
      }
    }
  }

  private void setPin(int input, boolean level) {
    boolean was = (pins >>> input & 1) != 0;
    if (level) {
      pins |= 1 << input;
    } else {
      pins &= ~(1 << input);
    }
    if (level && !was) {
      if ((table[input] & LEVEL) != 0) {
        service(input);
      } else if ((table[input] & MASKED) == 0) {
        send(input);
      }
    }
  }

  /** Sends a level-triggered interrupt if it is asserted, unmasked and not in service. */
  private void service(int input) {
    long entry = table[input];
    boolean asserted = (pins >>> input & 1) != 0;
    if (asserted && (entry & (LEVEL | MASKED | REMOTE_IRR)) == LEVEL) {
      table[input] = entry | REMOTE_IRR;
      send(input);
    }
  }

  private void send(int input) {
    long entry = table[input];
    long address = MSI_WINDOW | (entry >>> 56) << 12 | ((entry & 1 << 11) != 0 ? MSI_LOGICAL : 0);
    int data = (int) (entry & (LEVEL | 0x7ff)) | MSI_ASSERT;
    bus.send(address, data);
  }

  @Override
  public long read(long offset, int size) {
    return switch ((int) offset & 0xfff) {
      case IOREGSEL -> select;
      case IOWIN -> readRegister() & 0xffff_ffffL;
      default -> 0;
    };
  }

  @Override
  public void write(long offset, int size, long value) {
    switch ((int) offset & 0xfff) {
      case IOREGSEL -> select = (int) value & 0xff;
      case IOWIN -> writeRegister((int) value);
      case EOI -> eoi((int) value & 0xff);
      default -> {
        // Reserved.
      }
    }
  }

  private int readRegister() {
    if (select >= TABLE) {
      int input = (select - TABLE) / 2;
      if (input >= INPUTS) {
        return 0;
      }
      return (int) (table[input] >>> ((select & 1) != 0 ? 32 : 0));
    }
    return switch (select) {
      case ID, ARBITRATION -> id << 24;
      case VERSION -> VERSION_VALUE;
      default -> 0;
    };
  }

  private void writeRegister(int value) {
    if (select == ID) {
      id = value >>> 24 & 0x0f;
      return;
    }
    int input = (select - TABLE) / 2;
    if (select < TABLE || input >= INPUTS) {
      return;
    }
    long old = table[input];
    long entry =
        (select & 1) != 0
            ? (old & 0xffff_ffffL) | ((long) value << 32)
            : (old & 0xffff_ffff_0000_0000L) | (value & 0xffff_ffffL);
    entry = (entry & IMPLEMENTED & ~READ_ONLY) | (old & READ_ONLY);
    if ((entry & LEVEL) == 0) {
      entry &= ~REMOTE_IRR;
    }
    table[input] = entry;
    service(input);
  }
}
