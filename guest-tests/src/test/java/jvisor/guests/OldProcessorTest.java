package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.machine.Boot;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernel that Debian makes for 32-bit PCs, with 32-bit programs. */
@Tag("long")
class OldProcessorTest {
  @Test
  void a32BitSystemReachesItsShell() {
    Boot boot =
        new Boot.Kernel(
            DebianFiles.i386Kernel(), DebianFiles.i386Initrd(), "console=ttyS0 cryptomgr.notests");
    try (Guest guest = Guest.start(MachineConfig.of(boot))) {
      guest.expectShell();
      assertThat(guest.run("uname -m")).isEqualTo("i686");
      assertThat(guest.run("seq 1 1000 | md5sum")).isEqualTo("53d025127ae99ab79e8502aae2d9bea6  -");
      guest.run("dmesg > /tmp/dmesg");
      Complaints.none(guest.run("cat /tmp/dmesg"));
      guest.send("poweroff");
      assertThat(guest.end()).isEqualTo(new ExitReason.PoweredOff());
    }
  }

  @Test
  void withoutARootItPanics() {
    Boot boot =
        new Boot.Kernel(DebianFiles.i386Kernel(), null, "console=ttyS0 panic=-1 cryptomgr.notests");
    try (Guest guest = Guest.start(MachineConfig.of(boot).noReboot(true))) {
      guest.expect("VFS: Unable to mount root fs");
      assertThat(guest.end()).isEqualTo(new ExitReason.Rebooted());
    }
  }
}
