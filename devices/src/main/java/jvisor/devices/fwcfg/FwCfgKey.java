package jvisor.devices.fwcfg;

/** Selectors of the entries that have fixed numbers. All values are little-endian. */
public final class FwCfgKey {
  /** Four bytes that say the device is there. */
  public static final int SIGNATURE = 0x00;

  /** Interface features, 32 bits: bit 0 the registers, bit 1 DMA. */
  public static final int ID = 0x01;

  /** The machine's UUID, 16 bytes. */
  public static final int UUID = 0x02;

  /** Bytes of RAM, 64 bits. */
  public static final int RAM_SIZE = 0x03;

  /** Whether there is no display, 16 bits. */
  public static final int NOGRAPHIC = 0x04;

  /** Processors at start, 16 bits. */
  public static final int CPUS = 0x05;

  /** Where the kernel goes (gpa), 32 bits. */
  public static final int KERNEL_ADDRESS = 0x07;

  /** Bytes of the kernel, 32 bits. */
  public static final int KERNEL_SIZE = 0x08;

  /** Where the initrd goes (gpa), 32 bits. */
  public static final int INITRD_ADDRESS = 0x0a;

  /** Bytes of the initrd, 32 bits. */
  public static final int INITRD_SIZE = 0x0b;

  /** Whether to show a boot menu, 16 bits. */
  public static final int BOOT_MENU = 0x0e;

  /** An upper bound of APIC ids plus one, 16 bits. */
  public static final int MAX_CPUS = 0x0f;

  /** The kernel's protected-mode part. */
  public static final int KERNEL_DATA = 0x11;

  /** The initrd. */
  public static final int INITRD_DATA = 0x12;

  /** Where the command line goes (gpa), 32 bits. */
  public static final int CMDLINE_ADDRESS = 0x13;

  /** Bytes of the command line with its final zero, 32 bits. */
  public static final int CMDLINE_SIZE = 0x14;

  /** The command line with its final zero. */
  public static final int CMDLINE_DATA = 0x15;

  /** Where the kernel's real-mode part goes (gpa), 32 bits. */
  public static final int SETUP_ADDRESS = 0x16;

  /** Bytes of the kernel's real-mode part, 32 bits. */
  public static final int SETUP_SIZE = 0x17;

  /** The kernel's real-mode part. */
  public static final int SETUP_DATA = 0x18;

  /** The directory of named files; the only entry with big-endian fields. */
  public static final int FILE_DIRECTORY = 0x19;

  /** The first named file. */
  public static final int FIRST_FILE = 0x20;

  private FwCfgKey() {}
}
