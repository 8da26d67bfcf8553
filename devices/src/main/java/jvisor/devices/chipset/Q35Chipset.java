package jvisor.devices.chipset;

import java.util.List;
import jvisor.devices.pci.AddressDecoder;
import jvisor.devices.pci.ConfigPorts;
import jvisor.devices.pci.PciBus;
import jvisor.platform.Device;
import jvisor.platform.GuestMemory;
import jvisor.platform.MachineControl;
import jvisor.platform.MessageBus;
import jvisor.platform.PortBus;
import jvisor.platform.PortDevice;
import jvisor.platform.VmClock;

/**
 * The chipset as a whole: host bridge, root bus, LPC bridge and power management, wired together.
 */
public final class Q35Chipset implements Device {
  private final PciBus pci;
  private final ConfigPorts configPorts;
  private final HostBridge hostBridge;
  private final LpcBridge lpcBridge;
  private final PowerManagement power;

  /**
   * Builds the chipset and attaches what has fixed addresses: ports 0xCF8–0xCFF, 0xB2 and 0xB3. The
   * rest appears where firmware, or {@link #presetForDirectBoot}, puts it.
   *
   * @param memory all of it RAM; the chipset takes the holes below 1 MiB out
   * @param messages where message-signalled interrupts go
   * @param inputs the interrupt controllers' inputs
   * @param resetControl the register at port 0xCF9, a device of one port
   * @param timerBits width of the PM timer, 24 or 32
   */
  public Q35Chipset(
      PortBus ports,
      GuestMemory memory,
      VmClock clock,
      MachineControl machine,
      MessageBus messages,
      InterruptInputs inputs,
      PortDevice resetControl,
      int timerBits) {
    AddressDecoder decoder = new AddressDecoder(ports, memory.mmio());
    PirqRouter router = new PirqRouter(inputs);
    pci = new PciBus(decoder, messages, router);
    configPorts = new ConfigPorts(pci, resetControl);
    configPorts.attach(ports);
    power = new PowerManagement(clock, machine, timerBits);
    hostBridge = new HostBridge(pci, decoder, memory);
    lpcBridge = new LpcBridge(pci, decoder, inputs, router, power);
    lpcBridge.attach(ports);
  }

  /** The root bus, for further functions. */
  public PciBus pci() {
    return pci;
  }

  /** Power button, events, sleep states. */
  public PowerManagement power() {
    return power;
  }

  /** The chipset's parts, in the order in which they reset. */
  public List<Device> parts() {
    return List.of(hostBridge, lpcBridge, power);
  }

  /**
   * Maps a firmware image at the top of 4 GiB and its last 128 KiB (or all of it) below 1 MiB,
   * where the PAM registers can replace it by RAM.
   *
   * @param image a positive multiple of 4 KiB, at most 16 MiB
   */
  public void installFirmware(byte[] image) {
    hostBridge.installFirmware(image);
  }

  /**
   * Does what firmware would have done before an operating system starts. To be repeated after each
   * {@link #reset}.
   */
  public void presetForDirectBoot() {
    hostBridge.presetForDirectBoot();
    lpcBridge.presetForDirectBoot();
  }

  @Override
  public String name() {
    return "q35";
  }

  @Override
  public void reset() {
    configPorts.reset();
    for (Device part : parts()) {
      part.reset();
    }
  }
}
