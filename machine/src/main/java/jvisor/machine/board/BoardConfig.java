package jvisor.machine.board;

import jvisor.machine.ByteSink;

/**
 * What a board is made with.
 *
 * @param ramBytes RAM, a positive multiple of 4 KiB
 * @param cpus processors that tables and fw_cfg announce, 1–254
 * @param serial takes what the guest sends through COM1
 * @param debugConsole takes what the guest writes to ports 0xE9 and 0x402
 * @param testDevices whether the debug exit (port 0xF4) and the device of kvm-unit-tests are there
 */
public record BoardConfig(
    long ramBytes, int cpus, ByteSink serial, ByteSink debugConsole, boolean testDevices) {

  /** A board of one processor without sinks and test devices. */
  public static BoardConfig plain(long ramBytes) {
    return new BoardConfig(ramBytes, 1, ByteSink.none(), ByteSink.none(), false);
  }
}
