package jvisor.devices.acpi;

import static jvisor.devices.acpi.Aml.and;
import static jvisor.devices.acpi.Aml.bits;
import static jvisor.devices.acpi.Aml.define;
import static jvisor.devices.acpi.Aml.device;
import static jvisor.devices.acpi.Aml.dwordField;
import static jvisor.devices.acpi.Aml.eisaId;
import static jvisor.devices.acpi.Aml.equal;
import static jvisor.devices.acpi.Aml.field;
import static jvisor.devices.acpi.Aml.integer;
import static jvisor.devices.acpi.Aml.list;
import static jvisor.devices.acpi.Aml.method;
import static jvisor.devices.acpi.Aml.name;
import static jvisor.devices.acpi.Aml.notEqual;
import static jvisor.devices.acpi.Aml.or;
import static jvisor.devices.acpi.Aml.otherwise;
import static jvisor.devices.acpi.Aml.region;
import static jvisor.devices.acpi.Aml.reserved;
import static jvisor.devices.acpi.Aml.returns;
import static jvisor.devices.acpi.Aml.scope;
import static jvisor.devices.acpi.Aml.store;
import static jvisor.devices.acpi.Aml.string;
import static jvisor.devices.acpi.Aml.terms;
import static jvisor.devices.acpi.Aml.uuid;
import static jvisor.devices.acpi.Aml.when;

import jvisor.devices.chipset.HostBridge;
import jvisor.devices.chipset.LpcBridge;

/**
 * The differentiated definition block of a Q35 board: power-off, the PCI root with its windows and
 * interrupts, and the devices that an operating system cannot find by itself.
 */
final class Dsdt {
  private static final int SLOTS = 32;
  private static final int PINS = 4;
  private static final int PIRQS = 8;
  private static final int FIRST_GSI = 16;

  /** SLP_TYP of S5 (ICH9, PM1_CNT). */
  private static final int SOFT_OFF = 7;

  /** The last gpa below the I/O APIC's page. */
  private static final long LOW_WINDOW_END = 0xfebf_ffffL;

  private Dsdt() {}

  /** The definition block's terms, without the table's header. */
  static byte[] body(AcpiConfig config) {
    return terms(
        define("\\_S5", list(integer(SOFT_OFF), integer(SOFT_OFF), integer(0), integer(0))),
        define("\\PICF", integer(0)),
        method("\\_PIC", 1, false, store(Aml.ARG0, name("PICF"))),
        scope(
            "\\_SB",
            processors(config.cpus()),
            device(
                "PCI0",
                define("_HID", eisaId("PNP0A08")),
                define("_CID", eisaId("PNP0A03")),
                define("_UID", integer(0)),
                define("_BBN", integer(0)),
                define("_CRS", rootWindows(config)),
                features(),
                routing(),
                lpc()),
            links(),
            boardResources(config),
            firmwareConfig()));
  }

  /** A device for each processor; its _UID is the MADT's processor UID. */
  private static byte[] processors(int count) {
    byte[][] processors = new byte[count][];
    for (int uid = 0; uid < count; uid++) {
      processors[uid] =
          device(
              "C%03X".formatted(uid),
              define("_HID", string("ACPI0007")),
              define("_UID", integer(uid)));
    }
    return terms(processors);
  }

  private static byte[] rootWindows(AcpiConfig config) {
    Resources windows = new Resources().buses(0, 255).ports(0xcf8, 8);
    windows.portWindow(0, 0xcf7).portWindow(0xd00, 0xffff);
    if (config.lowWindow() < config.ecamBase()) {
      windows.memoryWindow32(config.lowWindow(), config.ecamBase() - 1);
    }
    windows.memoryWindow32(config.ecamBase() + HostBridge.ECAM_SIZE, LOW_WINDOW_END);
    long high = config.highWindow();
    return windows.memoryWindow64(high, high + config.highWindowLength() - 1).template();
  }

  /**
   * _OSC of a PCI Express root (PCI Firmware 3.2, 4.5): the operating system gets error reporting
   * and the capability structures, and no hot plug or power management events, as there are none.
   */
  private static byte[] features() {
    byte[] control = name("CDW3");
    byte[] status = name("CDW1");
    return method(
        "_OSC",
        4,
        true,
        dwordField(Aml.ARG3, 0, "CDW1"),
        when(
            equal(Aml.ARG0, uuid("33db4d5b-1ff7-401c-9657-7441c03dd766")),
            dwordField(Aml.ARG3, 8, "CDW3"),
            store(control, Aml.LOCAL0),
            and(Aml.LOCAL0, integer(0x18), Aml.LOCAL0),
            when(notEqual(Aml.ARG1, integer(1)), or(status, integer(8), status)),
            when(notEqual(control, Aml.LOCAL0), or(status, integer(0x10), status)),
            store(Aml.LOCAL0, control)),
        otherwise(or(status, integer(4), status)),
        returns(Aml.ARG3));
  }

  /** _PRT for the interrupt controllers that the operating system announced by _PIC. */
  private static byte[] routing() {
    byte[][] links = new byte[SLOTS * PINS][];
    byte[][] pins = new byte[SLOTS * PINS][];
    for (int slot = 0; slot < SLOTS; slot++) {
      for (int pin = 0; pin < PINS; pin++) {
        int pirq = slot <= 24 || slot == 30 ? 4 + ((slot + pin) & 3) : pin;
        byte[] address = integer((long) slot << 16 | 0xffff);
        int index = slot * PINS + pin;
        links[index] = list(address, integer(pin), name("\\_SB." + link(pirq)), integer(0));
        pins[index] = list(address, integer(pin), integer(0), integer(FIRST_GSI + pirq));
      }
    }
    return terms(
        define("PRTP", list(links)),
        define("PRTA", list(pins)),
        method(
            "_PRT",
            0,
            false,
            when(equal(name("PICF"), integer(0)), returns(name("PRTP"))),
            returns(name("PRTA"))));
  }

  private static String link(int pirq) {
    return "LNK" + (char) ('A' + pirq);
  }

  private static String register(int pirq) {
    return "PRQ" + (char) ('A' + pirq);
  }

  /** The LPC bridge, its route registers and what hangs on it. */
  private static byte[] lpc() {
    byte[][] routes = new byte[PIRQS + 1][];
    for (int pirq = 0; pirq < PIRQS; pirq++) {
      routes[pirq < 4 ? pirq : pirq + 1] = bits(register(pirq), 8);
    }
    routes[4] = reserved(32);
    return device(
        "LPC0",
        define("_ADR", integer((long) LpcBridge.SLOT << 16)),
        region("PRQR", Aml.PCI_CONFIG, 0x60, 0x0c),
        field("PRQR", routes),
        device(
            "RTC0",
            define("_HID", eisaId("PNP0B00")),
            define("_CRS", new Resources().ports(0x70, 2).irq(8).template())),
        device(
            "COM1",
            define("_HID", eisaId("PNP0501")),
            define("_UID", integer(1)),
            define("_STA", integer(0xf)),
            define("_CRS", new Resources().ports(0x3f8, 8).irq(4).template())));
  }

  /** The links by which the operating system routes PIRQs to the 8259 pair. */
  private static byte[] links() {
    byte[][] links = new byte[PIRQS][];
    for (int pirq = 0; pirq < PIRQS; pirq++) {
      byte[] route = name("\\_SB.PCI0.LPC0." + register(pirq));
      links[pirq] =
          device(
              link(pirq),
              define("_HID", eisaId("PNP0C0F")),
              define("_UID", integer(pirq)),
              define("_PRS", new Resources().levelInterrupts(5, 10, 11).template()),
              method(
                  "_STA",
                  0,
                  false,
                  when(and(route, integer(0x80), Aml.NO_TARGET), returns(integer(0x9))),
                  returns(integer(0xb))),
              method("_DIS", 0, false, or(route, integer(0x80), route)),
              method(
                  "_CRS",
                  0,
                  true,
                  define("BUF0", new Resources().levelInterrupts(0).template()),
                  dwordField(name("BUF0"), 5, "IRQ0"),
                  and(route, integer(0xf), name("IRQ0")),
                  returns(name("BUF0"))),
              method(
                  "_SRS",
                  1,
                  true,
                  dwordField(Aml.ARG0, 5, "IRQ0"),
                  and(name("IRQ0"), integer(0xf), route)));
    }
    return terms(links);
  }

  /** What belongs to the board and to no device: nobody else may use it. */
  private static byte[] boardResources(AcpiConfig config) {
    return device(
        "MBRD",
        define("_HID", eisaId("PNP0C02")),
        define("_UID", integer(0)),
        define(
            "_CRS",
            new Resources()
                .memory(config.ecamBase(), HostBridge.ECAM_SIZE)
                .memory(LpcBridge.ROOT_COMPLEX_BASE, 0x4000)
                .ports(LpcBridge.PM_BASE, 0x80)
                .ports(0x4d0, 2)
                .ports(0xb2, 2)
                .template()));
  }

  private static byte[] firmwareConfig() {
    return device(
        "FWCF",
        define("_HID", string("QEMU0002")),
        define("_STA", integer(0xb)),
        define("_CRS", new Resources().ports(0x510, 12).template()));
  }
}
