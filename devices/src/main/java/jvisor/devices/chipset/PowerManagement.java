package jvisor.devices.chipset;

import jvisor.platform.Device;
import jvisor.platform.InterruptLine;
import jvisor.platform.MachineControl;
import jvisor.platform.PortDevice;
import jvisor.platform.VmClock;

/**
 * The power management block of ICH9 (datasheet 316972, 13.8.3; ACPI 6.3, 4.8.3): PM1 event and
 * control registers, the PM timer, general purpose events, 128 ports at PMBASE. Events raise the
 * SCI while SCI_EN is set. There is no SMI: SMI_EN is locked and reads as initialised, so that
 * firmware does not wait for one.
 */
public final class PowerManagement implements Device, PortDevice {
  /** Ports in the block. */
  static final int LENGTH = 128;

  private static final int PM1_EVENTS = 0x00;
  private static final int PM1_CONTROL = 0x04;
  private static final int PM_TIMER = 0x08;
  private static final int GPE0_STATUS = 0x20;
  private static final int GPE0_ENABLE = 0x28;
  private static final int SMI_ENABLE = 0x30;

  private static final int TIMER = 1;
  private static final int POWER_BUTTON = 1 << 8;
  private static final int WAKE = 1 << 15;
  private static final int STATUS_CLEARABLE = 0x8d31;
  private static final int ENABLE_WRITABLE = 0x4521;
  private static final int CAUSES = 0x0521;
  private static final int SCI_ENABLE = 1;
  private static final int CONTROL_WRITABLE = 0x1c03;
  private static final int SLEEP_ENABLE = 1 << 13;
  private static final int APMC_ENABLE = 1 << 5;

  private final PmTimer timer;
  private final VmClock.Timer overflow;
  private final MachineControl machine;
  private final int timerBits;
  private InterruptLine sci = level -> {};
  private int status;
  private int enable;
  private int control;
  private long gpeStatus;
  private long gpeEnable;

  /**
   * @param timerBits width of the PM timer, 24 or 32; the FADT must say the same
   */
  PowerManagement(VmClock clock, MachineControl machine, int timerBits) {
    this.timer = new PmTimer(clock, timerBits);
    this.overflow = clock.timer(this::drive);
    this.machine = machine;
    this.timerBits = timerBits;
  }

  /** Width of the PM timer, 24 or 32. */
  public int timerBits() {
    return timerBits;
  }

  @Override
  public String name() {
    return "acpi-pm";
  }

  @Override
  public void reset() {
    timer.reset();
    status = 0;
    enable = 0;
    control = 0;
    gpeStatus = 0;
    gpeEnable = 0;
    drive();
  }

  /** Someone presses the power button: the operating system is asked to switch itself off. */
  public void press() {
    status |= POWER_BUTTON;
    drive();
  }

  /** Sets a general purpose event's status bit (0–63). */
  public void generalEvent(int number) {
    gpeStatus |= 1L << number;
    drive();
  }

  /** Turns ACPI mode on or off, as the firmware's SMI handler does on a command to the APM port. */
  void acpiMode(boolean on) {
    control = on ? control | SCI_ENABLE : control & ~SCI_ENABLE;
    drive();
  }

  /** Moves the SCI to another wire. */
  void sci(InterruptLine line) {
    if (line == sci) {
      return;
    }
    sci.set(false);
    sci = line;
    drive();
  }

  private int status() {
    return timer.overflowed() ? status | TIMER : status;
  }

  private void drive() {
    boolean acpi = (control & SCI_ENABLE) != 0;
    boolean event = (status() & enable & CAUSES) != 0 || (gpeStatus & gpeEnable) != 0;
    sci.set(acpi && event);
    if (acpi && (enable & TIMER) != 0 && !timer.overflowed()) {
      overflow.arm(timer.nextOverflow());
    } else {
      overflow.cancel();
    }
  }

  @Override
  public int read(int offset, int size) {
    int value = 0;
    for (int i = 0; i < size; ) {
      int at = offset + i;
      value |= register(at & -4) >>> (8 * (at & 3)) << (8 * i);
      i += 4 - (at & 3);
    }
    return value;
  }

  private int register(int at) {
    return switch (at) {
      case PM1_EVENTS -> status() | enable << 16;
      case PM1_CONTROL -> control;
      case PM_TIMER -> timer.value();
      case GPE0_STATUS -> (int) gpeStatus;
      case GPE0_STATUS + 4 -> (int) (gpeStatus >>> 32);
      case GPE0_ENABLE -> (int) gpeEnable;
      case GPE0_ENABLE + 4 -> (int) (gpeEnable >>> 32);
      case SMI_ENABLE -> APMC_ENABLE;
      default -> 0;
    };
  }

  @Override
  public void write(int offset, int size, int value) {
    for (int i = 0; i < size; i++) {
      writeByte(offset + i, value >>> (8 * i) & 0xff);
    }
    drive();
  }

  private void writeByte(int at, int value) {
    if (at < PM1_EVENTS + 2) {
      int cleared = value << (8 * at);
      status &= ~(cleared & STATUS_CLEARABLE);
      if ((cleared & TIMER) != 0) {
        timer.acknowledge();
      }
    } else if (at < PM1_EVENTS + 4) {
      enable = merge(enable, 8 * (at - 2), value) & ENABLE_WRITABLE;
    } else if (at == PM1_CONTROL || at == PM1_CONTROL + 1) {
      int written = merge(control, 8 * (at - PM1_CONTROL), value);
      control = written & CONTROL_WRITABLE;
      if ((written & SLEEP_ENABLE) != 0) {
        sleep(control >>> 10 & 7);
      }
    } else if (at >= GPE0_STATUS && at < GPE0_STATUS + 8) {
      gpeStatus &= ~((long) value << (8 * (at - GPE0_STATUS)));
    } else if (at >= GPE0_ENABLE && at < GPE0_ENABLE + 8) {
      int shift = 8 * (at - GPE0_ENABLE);
      gpeEnable = (gpeEnable & ~(0xffL << shift)) | ((long) value << shift);
    }
  }

  private static int merge(int register, int shift, int octet) {
    return (register & ~(0xff << shift)) | (octet << shift);
  }

  /**
   * Types 6 and 7 are S4 and S5 of ICH9. Firmware made for virtual boards switches off with type 0,
   * which means nothing on hardware. The others suspend to RAM or less, which this machine does not
   * offer: it wakes up at once.
   */
  private void sleep(int type) {
    if (type == 0 || type >= 6) {
      machine.powerOff();
    } else {
      status |= WAKE;
    }
  }
}
