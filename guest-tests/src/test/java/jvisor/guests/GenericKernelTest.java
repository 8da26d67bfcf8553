package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.machine.Boot;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import org.junit.jupiter.api.Test;

/** The kernel that Debian makes for all PCs. */
class GenericKernelTest {
  @Test
  void reachesTheShellAndItsRebootEndsAMachineThatDoesNotReboot() {
    Boot boot =
        new Boot.Kernel(DebianFiles.genericKernel(), DebianFiles.mini().initrd(), "console=ttyS0");
    try (Guest guest = Guest.start(MachineConfig.of(boot).noReboot(true))) {
      guest.expectShell();
      assertThat(guest.run("uname -r")).endsWith("-amd64").doesNotContain("cloud");
      guest.run("dmesg > /tmp/dmesg");
      Complaints.none(guest.run("cat /tmp/dmesg"));
      guest.send("reboot");
      assertThat(guest.end()).isEqualTo(new ExitReason.Rebooted());
    }
  }
}
