package jvisor.devices.rtc;

/**
 * The memory sizes that firmware finds in the CMOS memory.
 *
 * @param below4G bytes of RAM from address 0 on, up to the hole for devices
 * @param above4G bytes of RAM from 4 GiB on
 */
public record InstalledMemory(long below4G, long above4G) {
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;
  private static final long UNIT = 64 * KIB;

  /** Kibibytes below 640 KiB (0x15, 0x16). */
  int base() {
    return (int) Math.min(below4G / KIB, 640);
  }

  /** Kibibytes above 1 MiB, as far as 16 bits tell (0x17, 0x18 and 0x30, 0x31). */
  int extended() {
    return Math.clamp((below4G - MIB) / KIB, 0, 0xffff);
  }

  /** Units of 64 KiB above 16 MiB and below 4 GiB (0x34, 0x35). */
  int above16M() {
    return Math.clamp((below4G - 16 * MIB) / UNIT, 0, 0xffff);
  }

  /** Units of 64 KiB above 4 GiB (0x5B to 0x5D). */
  int high() {
    return Math.clamp(above4G / UNIT, 0, 0xffffff);
  }
}
