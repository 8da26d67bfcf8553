package jvisor.devices.fwcfg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A range of guest physical addresses as the BIOS call INT 15h, AX=E820h describes it (ACPI 6.3,
 * 15).
 *
 * @param base first gpa
 * @param length bytes
 * @param type {@link #RAM}, {@link #RESERVED} or another type of that chapter
 */
public record E820Entry(long base, long length, int type) {
  /** Memory that the operating system may use. */
  public static final int RAM = 1;

  /** Addresses that the operating system must not use. */
  public static final int RESERVED = 2;

  /** The 20-byte records that BIOS, boot parameters and fw_cfg share. */
  public static byte[] encode(List<E820Entry> entries) {
    ByteBuffer out = ByteBuffer.allocate(20 * entries.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (E820Entry entry : entries) {
      out.putLong(entry.base).putLong(entry.length).putInt(entry.type);
    }
    return out.array();
  }
}
