package jvisor.machine.board;

import jvisor.machine.ByteSink;
import org.jspecify.annotations.Nullable;

/**
 * What a board is made with.
 *
 * @param ramBytes RAM, a positive multiple of 4 KiB
 * @param cpus processors that tables and fw_cfg announce, 1–254
 * @param firmware the image at the top of 4 GiB, a multiple of 4 KiB of at most 16 MiB, or null for
 *     a board on which a kernel starts directly
 * @param serial takes what the guest sends through COM1
 * @param debugConsole takes what the guest writes to ports 0xE9 and 0x402
 * @param testDevices whether the debug exit (port 0xF4) and the device of kvm-unit-tests are there
 */
public record BoardConfig(
    long ramBytes,
    int cpus,
    byte @Nullable [] firmware,
    ByteSink serial,
    ByteSink debugConsole,
    boolean testDevices) {

  /** The largest firmware image. */
  public static final int MAX_FIRMWARE = 16 << 20;

  public BoardConfig {
    if (firmware != null
        && (firmware.length == 0
            || firmware.length % 4096 != 0
            || firmware.length > MAX_FIRMWARE)) {
      throw new IllegalArgumentException("firmware of " + firmware.length + " bytes");
    }
  }

  /** A board without firmware, sinks and test devices. */
  public static BoardConfig plain(long ramBytes) {
    return new BoardConfig(ramBytes, 1, null, ByteSink.none(), ByteSink.none(), false);
  }
}
