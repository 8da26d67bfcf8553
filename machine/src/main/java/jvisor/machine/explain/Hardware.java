package jvisor.machine.explain;

/** The names of the board's devices by port and physical address, as people know them. */
final class Hardware {
  static final String NOBODY = "nobody: no device is there";

  private Hardware() {}

  private static boolean in(long value, long first, long last) {
    return value >= first && value <= last;
  }

  /** Which device has this port. */
  static String port(int port) {
    if (in(port, 0x20, 0x21) || in(port, 0xa0, 0xa1) || in(port, 0x4d0, 0x4d1)) {
      return "8259 interrupt controller";
    }
    if (in(port, 0x40, 0x43) || port == 0x61) {
      return "8254 timer";
    }
    if (port == 0x60 || port == 0x64) {
      return "keyboard controller";
    }
    if (in(port, 0x70, 0x71)) {
      return "real-time clock and CMOS";
    }
    if (in(port, 0x3f8, 0x3ff)) {
      return "16550 serial port";
    }
    return chipset(port);
  }

  private static String chipset(int port) {
    if (port == 0xcf9 || port == 0x92) {
      return "reset control";
    }
    if (in(port, 0xcf8, 0xcff)) {
      return "PCI configuration";
    }
    if (in(port, 0x510, 0x51b)) {
      return "firmware configuration";
    }
    if (in(port, 0xb2, 0xb3)) {
      return "chipset, system management";
    }
    if (in(port, 0x600, 0x67f)) {
      return "chipset, ACPI power management";
    }
    if (port == 0x80) {
      return "POST code display";
    }
    if (port == 0xe9 || port == 0x402) {
      return "debug console";
    }
    if (in(port, 0xf4, 0xf7)) {
      return "debug exit";
    }
    if (in(port, 0xe0, 0xe8) || in(port, 0x2000, 0x2017)) {
      return "unit-test device";
    }
    return NOBODY;
  }

  /** Which device has registers at this gpa. */
  static String memory(long gpa) {
    if (in(gpa, 0xfec0_0000L, 0xfec0_0fffL)) {
      return "I/O APIC";
    }
    if (in(gpa, 0xfee0_0000L, 0xfeef_ffffL)) {
      return "local APIC";
    }
    if (in(gpa, 0xb000_0000L, 0xbfff_ffffL)) {
      return "PCI configuration (ECAM)";
    }
    return "whatever is at that address, or nobody";
  }
}
