package jvisor.devices.chipset;

import jvisor.devices.pci.AddressDecoder;
import jvisor.devices.pci.ConfigSpace;
import jvisor.devices.pci.PciBus;
import jvisor.devices.pci.PciFunction;
import jvisor.devices.pci.PciIdentity;
import jvisor.devices.pci.VendorCapability;
import jvisor.platform.InterruptLine;
import jvisor.platform.PortBus;

/**
 * The LPC bridge of ICH9, 8086:2918 at 00:1F.0 (datasheet 316972, chapter 13): it decodes the power
 * management block and the root complex registers, routes PCI interrupts and the SCI, and owns the
 * APM ports. What hangs on the LPC bus itself (UART, RTC, timers) has fixed addresses of its own.
 */
public final class LpcBridge extends PciFunction {
  /** Device number on the root bus. */
  public static final int SLOT = 31;

  /** PMBASE as firmware for this board sets it (I/O port). */
  public static final int PM_BASE = 0x600;

  /** The RCBA window as firmware for this board sets it (gpa). */
  public static final long ROOT_COMPLEX_BASE = 0xfed1_c000L;

  private static final int PMBASE = 0x40;
  private static final int ACPI_CONTROL = 0x44;
  private static final int ACPI_ENABLE = 0x80;
  private static final int PIRQA_ROUTE = 0x60;
  private static final int PIRQE_ROUTE = 0x68;
  private static final int RCBA = 0xf0;

  private final PirqRouter router;
  private final RootComplexRegisters rootComplex;
  private final PowerManagement power;
  private final ApmPorts apm;
  private final AddressDecoder.Window powerWindow;
  private final AddressDecoder.Window rootComplexWindow;
  private final InterruptLine[] sciLines = new InterruptLine[8];

  LpcBridge(
      PciBus bus,
      AddressDecoder decoder,
      InterruptInputs inputs,
      PirqRouter router,
      PowerManagement power) {
    super(
        "lpc-bridge",
        new PciIdentity(0x8086, 0x2918, 0x02, 0x060100, 0x1af4, 0x1100),
        ConfigSpace.CONVENTIONAL);
    this.router = router;
    this.power = power;
    rootComplex = new RootComplexRegisters(router);
    apm = new ApmPorts(power);
    powerWindow = decoder.window(power);
    rootComplexWindow = decoder.window(rootComplex);
    for (int choice = 0; choice < sciLines.length; choice++) {
      sciLines[choice] = sciLine(inputs, choice);
    }
    bus.attach(SLOT, 0, this);
    defineRegisters(config());
    addCapability(0xe0, new VendorCapability(new byte[] {0x10, 0, 0, 0, 0, 0, 0, 0, 0}));
    reset();
  }

  /** SCI_IRQ_SEL: interrupts 9, 10 and 11, or pins 20 and 21 of the I/O APIC. */
  private static InterruptLine sciLine(InterruptInputs inputs, int choice) {
    return switch (choice) {
      case 0, 1, 2 -> inputs.isa(9 + choice);
      case 4, 5 -> inputs.ioApic(16 + choice);
      default -> level -> {};
    };
  }

  private static void defineRegisters(ConfigSpace config) {
    config.define(0x04, 2, 0x0007, 0x0140);
    config.define(0x06, 2, 0x0200, 0);
    config.define(PMBASE, 4, 1, 0xff80);
    config.define(ACPI_CONTROL, 1, 0, 0x87);
    config.define(0x48, 4, 1, 0xffc0);
    config.define(0x4c, 1, 0, 0x11);
    for (int i = 0; i < 4; i++) {
      config.define(PIRQA_ROUTE + i, 1, 0x80, 0x8f);
      config.define(PIRQE_ROUTE + i, 1, 0x80, 0x8f);
    }
    config.define(0x64, 1, 0x10, 0xc3);
    config.define(0x6c, 2, 0x00f8, 0xffff);
    config.define(0x80, 2, 0, 0x1377);
    config.define(0x82, 2, 0, 0x3f0f);
    for (int i = 0; i < 4; i++) {
      config.define(0x84 + 4 * i, 4, 0, 0x00fc_fffd);
    }
    config.define(0xa0, 2, 0x0010, 0);
    config.define(0xa4, 1, 0, 0x01);
    config.define(0xb8, 4, 0, 0xffff_ffffL);
    config.define(0xd0, 4, 0x0011_2233, 0xffff_fff0L);
    config.define(0xd4, 2, 0x4567, 0xffff);
    config.define(0xd8, 2, 0xffcf, 0x7fff);
    config.define(RCBA, 4, 0, 0xffff_c001L);
  }

  /** Attaches the APM ports, 0xB2 and 0xB3. */
  public void attach(PortBus ports) {
    apm.attach(ports);
  }

  /**
   * Does what firmware would have done before an operating system starts: the power management
   * block is at {@link #PM_BASE}, the root complex registers at {@link #ROOT_COMPLEX_BASE}, and PCI
   * interrupts reach inputs 10 and 11 of the 8259 pair.
   */
  public void presetForDirectBoot() {
    config().set(PMBASE, 4, PM_BASE | 1);
    config().set(ACPI_CONTROL, 1, ACPI_ENABLE);
    config().set(RCBA, 4, ROOT_COMPLEX_BASE | 1);
    for (int i = 0; i < 4; i++) {
      config().set(PIRQA_ROUTE + i, 1, 10 + i / 2);
      config().set(PIRQE_ROUTE + i, 1, 10 + i / 2);
    }
    apply();
  }

  @Override
  public void reset() {
    super.reset();
    rootComplex.reset();
    router.reset();
    apm.reset();
    apply();
  }

  @Override
  protected void configWritten(int offset, int size) {
    apply();
  }

  private void apply() {
    int control = (int) config().get(ACPI_CONTROL, 1);
    int ports = (int) config().get(PMBASE, 2) & 0xff80;
    if ((control & ACPI_ENABLE) != 0 && ports != 0) {
      powerWindow.open(ports, PowerManagement.LENGTH);
    } else {
      powerWindow.close();
    }
    power.sci(sciLines[control & 7]);
    long rcba = config().get(RCBA, 4);
    if ((rcba & 1) != 0) {
      rootComplexWindow.open(rcba & -RootComplexRegisters.LENGTH, RootComplexRegisters.LENGTH);
    } else {
      rootComplexWindow.close();
    }
    for (int i = 0; i < 4; i++) {
      router.pirqRoute(i, (int) config().get(PIRQA_ROUTE + i, 1));
      router.pirqRoute(4 + i, (int) config().get(PIRQE_ROUTE + i, 1));
    }
  }
}
