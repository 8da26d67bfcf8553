package jvisor.guests;

import jvisor.machine.Boot;
import jvisor.machine.MachineConfig;
import org.junit.jupiter.api.Test;

/** SeaBIOS, as Debian builds it. */
class FirmwareTest {
  @Test
  void seaBiosPrintsItsBannerAndFindsTheBoard() {
    Boot boot = new Boot.Firmware(DebianFiles.seabios());
    try (Guest guest = Guest.start(MachineConfig.of(boot).memoryBytes(64 << 20))) {
      guest.expectDebug("SeaBIOS (version ");
      guest.expectDebug("Found 1 cpu(s) max supported 1 cpu(s)");
      guest.expectDebug("ACPI: parse DSDT");
      guest.expectDebug("No bootable device");
    }
  }
}
