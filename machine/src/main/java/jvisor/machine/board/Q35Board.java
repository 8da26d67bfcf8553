package jvisor.machine.board;

import java.util.List;
import java.util.stream.Stream;
import jvisor.devices.acpi.AcpiConfig;
import jvisor.devices.acpi.AcpiTables;
import jvisor.devices.chipset.HostBridge;
import jvisor.devices.chipset.Q35Chipset;
import jvisor.devices.debug.DebugConsole;
import jvisor.devices.debug.DebugExit;
import jvisor.devices.debug.PostPort;
import jvisor.devices.debug.UnitTestDevice;
import jvisor.devices.fwcfg.E820Entry;
import jvisor.devices.fwcfg.FwCfg;
import jvisor.devices.fwcfg.FwCfgKey;
import jvisor.devices.ioapic.IoApic;
import jvisor.devices.pic.LegacyPics;
import jvisor.devices.pit.Pit8254;
import jvisor.devices.reset.A20Gate;
import jvisor.devices.reset.KeyboardController;
import jvisor.devices.reset.ResetControl;
import jvisor.devices.reset.SystemControlA;
import jvisor.devices.rtc.InstalledMemory;
import jvisor.devices.rtc.Mc146818;
import jvisor.devices.serial.Uart16550;
import jvisor.devices.ticks.TickPolicy;
import jvisor.platform.Device;
import jvisor.platform.ExternalInterrupts;
import jvisor.platform.GuestMemory;
import jvisor.platform.InterruptLine;
import jvisor.platform.MachineControl;
import jvisor.platform.MachineLock;
import jvisor.platform.MessageBus;
import jvisor.platform.MmioBus;
import jvisor.platform.PortBus;
import jvisor.platform.VmClock;

/**
 * A PC with a Q35 chipset: memory, buses and all devices, wired. What is missing to make a machine
 * of it are processors with their local APICs.
 */
public final class Q35Board implements AutoCloseable {
  /** The largest firmware image: below it are the registers of the local APIC. */
  public static final int MAX_FIRMWARE = 16 << 20;

  private static final int PM_TIMER_BITS = 24;

  /** Which inputs of the second 8259 are level-triggered: 10 and 11, which take PCI interrupts. */
  private static final int ELCR_SLAVE = 0x4d1;

  private static final int PCI_INPUTS_LEVEL = 0x0c;

  /** CMOS: equipment, of which there is a coprocessor only. */
  private static final int CMOS_EQUIPMENT = 0x14;

  private static final int EQUIPMENT_COPROCESSOR = 0x02;

  /** CMOS: processors besides the first, as firmware reads it. */
  private static final int CMOS_MORE_CPUS = 0x5f;

  private final PortBus ports = new PortBus();
  private final MmioBus mmio = new MmioBus();
  private final GuestMemory memory;
  private final LegacyPics pics;
  private final IoApic ioApic;
  private final Q35Chipset chipset;
  private final Uart16550 com1;
  private final FwCfg fwCfg;
  private final AcpiTables acpi;
  private final List<Device> devices;

  /**
   * Builds the board, powered on. It needs {@link #installFirmware} or, for a kernel that starts
   * directly, {@link #presetForDirectBoot} besides.
   *
   * @param clock virtual time
   * @param machine what devices ask of the machine
   * @param messages the local APICs, which take interrupt messages
   * @param intr the first processor's INTR input (LINT0), driven by the 8259 pair
   * @param a20 high while address line 20 passes
   */
  public Q35Board(
      BoardConfig config,
      VmClock clock,
      MachineControl machine,
      MessageBus messages,
      InterruptLine intr,
      InterruptLine a20) {
    memory = new GuestMemory(config.ramBytes(), MemoryMap.LOW_RAM_LIMIT, mmio);
    ioApic = new IoApic(messages);
    InterruptLine virtualWire = ioApic.input(0);
    pics =
        new LegacyPics(level -> {
          intr.set(level);
          virtualWire.set(level);
        });
    InterruptWiring wiring = new InterruptWiring(pics, ioApic);
    ResetControl resetControl = new ResetControl(machine);
    chipset =
        new Q35Chipset(
            ports, memory, clock, machine, messages, wiring, resetControl, PM_TIMER_BITS);
    com1 = new Uart16550("com1", clock, wiring.isa(4), config.serial()::write);
    Pit8254 pit = new Pit8254(clock, wiring.isa(0), TickPolicy.DEFAULT);
    Mc146818 rtc = new Mc146818(clock, wiring.isa(8), TickPolicy.DEFAULT);
    A20Gate a20Gate = new A20Gate(a20);
    SystemControlA port92 = new SystemControlA(machine, a20Gate);
    KeyboardController keyboard =
        new KeyboardController(machine, a20Gate, wiring.isa(1), wiring.isa(12));
    fwCfg = new FwCfg(memory);
    acpi = new AcpiTables(acpiConfig(config));
    devices = List.of(pics, ioApic, chipset, pit, rtc, com1, keyboard, port92, resetControl, fwCfg);

    ports.attach(0x20, 2, pics.masterPorts());
    ports.attach(0xa0, 2, pics.slavePorts());
    ports.attach(0x4d0, 2, pics.elcrPorts());
    ports.attach(0x40, Pit8254.PORTS, pit);
    ports.attach(0x61, 1, pit.systemControl());
    ports.attach(0x70, Mc146818.PORTS, rtc);
    ports.attach(KeyboardController.DATA_PORT, 1, keyboard.data());
    ports.attach(KeyboardController.COMMAND_PORT, 1, keyboard.command());
    ports.attach(SystemControlA.PORT, 1, port92);
    ports.attach(0x3f8, Uart16550.PORTS, com1);
    mmio.attach(MemoryMap.IO_APIC, IoApic.WINDOW, ioApic);
    fwCfg.attach(ports);
    attachDebugging(config, machine, wiring);
    fillCmos(rtc, config);
    fillFwCfg(config);
  }

  private AcpiConfig acpiConfig(BoardConfig config) {
    return new AcpiConfig(
        config.cpus(),
        PM_TIMER_BITS,
        false,
        HostBridge.ECAM_BASE,
        MemoryMap.LOW_RAM_LIMIT,
        MemoryMap.highWindow(memory),
        MemoryMap.highWindowLength());
  }

  private void attachDebugging(BoardConfig config, MachineControl machine, InterruptWiring wiring) {
    DebugConsole console = new DebugConsole(config.debugConsole()::write);
    ports.attach(DebugConsole.BOCHS_PORT, 1, console);
    ports.attach(DebugConsole.FIRMWARE_PORT, 1, console);
    ports.attach(PostPort.PORT, 1, new PostPort(code -> {}));
    if (config.testDevices()) {
      ports.attach(DebugExit.PORT, DebugExit.PORTS, new DebugExit(machine));
      UnitTestDevice test = new UnitTestDevice(memory, wiring.testLines());
      ports.attach(UnitTestDevice.LATCH_PORT, 4, test.latch());
      ports.attach(UnitTestDevice.FLUSH_PORT, 4, test.flush());
      ports.attach(UnitTestDevice.BYTE_PORT, 1, test.byteLatch());
      ports.attach(UnitTestDevice.INTERRUPT_PORT, IoApic.INPUTS, test.interrupts());
      mmio.attach(UnitTestDevice.SCRATCH_GPA, UnitTestDevice.SCRATCH_SIZE, test.scratch());
    }
  }

  private void fillCmos(Mc146818 rtc, BoardConfig config) {
    rtc.setMemory(new InstalledMemory(memory.lowSize(), memory.ramSize() - memory.lowSize()));
    rtc.setByte(CMOS_EQUIPMENT, EQUIPMENT_COPROCESSOR);
    rtc.setByte(CMOS_MORE_CPUS, config.cpus() - 1);
  }

  private void fillFwCfg(BoardConfig config) {
    fwCfg.set64(FwCfgKey.RAM_SIZE, config.ramBytes());
    fwCfg.set16(FwCfgKey.NOGRAPHIC, 1);
    fwCfg.set16(FwCfgKey.CPUS, config.cpus());
    fwCfg.set16(FwCfgKey.MAX_CPUS, config.cpus());
    fwCfg.set16(FwCfgKey.BOOT_MENU, 0);
    fwCfg.file("etc/e820", E820Entry.encode(MemoryMap.installed(memory)));
    fwCfg.file("etc/system-states", new byte[] {(byte) 0x80, 0, 0, 0, 0, (byte) 0x80});
    acpi.files().forEach(fwCfg::file);
  }

  /**
   * Maps a firmware image at the top of 4 GiB and its last 128 KiB (or all of it) below 1 MiB.
   * Once.
   *
   * @param image a positive multiple of 4 KiB, at most {@link #MAX_FIRMWARE} bytes
   */
  public void installFirmware(byte[] image) {
    if (image.length == 0 || image.length % GuestMemory.PAGE != 0 || image.length > MAX_FIRMWARE) {
      throw new IllegalArgumentException("firmware of " + image.length + " bytes");
    }
    chipset.installFirmware(image);
  }

  /**
   * Does what firmware would have done before an operating system starts: chipset set up, ACPI
   * tables in memory. To be repeated after each {@link #reset}.
   *
   * @return the gpa of the ACPI root pointer
   */
  public long presetForDirectBoot() {
    chipset.presetForDirectBoot();
    ports.write(ELCR_SLAVE, 1, PCI_INPUTS_LEVEL);
    acpi.place(memory, MemoryMap.RSDP, MemoryMap.ACPI_TABLES);
    return MemoryMap.RSDP;
  }

  /**
   * Leaves interrupts, timer and real mode's vectors as a BIOS does, for protocols that promise it.
   * To be called after {@link #presetForDirectBoot} and before a kernel is placed.
   */
  public void presetForRealMode() {
    LegacyFirmware.leave(ports, memory);
  }

  /** The memory map for a kernel that starts directly. */
  public List<E820Entry> memoryMap() {
    return MemoryMap.forDirectBoot(memory);
  }

  /** Has processors and devices of several threads meet under {@code lock}; once, at first. */
  public void guard(MachineLock lock) {
    memory.guard(lock);
    ports.guard(lock);
    mmio.guard(lock);
  }

  /** I/O ports. */
  public PortBus ports() {
    return ports;
  }

  /** Guest physical addresses that are not memory, without the local APICs'. */
  public MmioBus mmio() {
    return mmio;
  }

  /** RAM and ROM; closed with the board. */
  public GuestMemory memory() {
    return memory;
  }

  /** The INTA cycle of the 8259 pair. */
  public ExternalInterrupts externalInterrupts() {
    return pics;
  }

  /** Takes the end-of-interrupt messages of local APICs. */
  public IoApic ioApic() {
    return ioApic;
  }

  /** PCI, power button and events. */
  public Q35Chipset chipset() {
    return chipset;
  }

  /** The first serial port. */
  public Uart16550 com1() {
    return com1;
  }

  /** What firmware is told; a boot protocol may add to it. */
  public FwCfg fwCfg() {
    return fwCfg;
  }

  /** All devices, the chipset's parts among them. */
  public List<Device> devices() {
    return Stream.concat(devices.stream(), chipset.parts().stream()).toList();
  }

  /** A reset of the whole board; RAM and CMOS keep their content. */
  public void reset() {
    for (Device device : devices) {
      device.reset();
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
