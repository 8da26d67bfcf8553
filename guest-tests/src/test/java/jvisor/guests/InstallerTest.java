package jvisor.guests;

import jvisor.machine.Boot;
import jvisor.machine.MachineConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Debian's installer for the network. */
@Tag("long")
class InstallerTest {
  @Test
  void showsItsFirstDialogue() {
    Boot boot =
        new Boot.Kernel(
            DebianFiles.installerKernel(),
            DebianFiles.installerInitrd(),
            "console=ttyS0 TERM=vt102 cryptomgr.notests");
    try (Guest guest = Guest.start(MachineConfig.of(boot).memoryBytes(1 << 30))) {
      guest.expect("Select a language");
      guest.expect("English");
    }
  }
}
