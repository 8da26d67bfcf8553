package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.app.image.Image;
import jvisor.machine.Boot;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Machines in one process share nothing. */
@Tag("long")
class TwoMachinesTest {
  @Test
  void twoGuestsRunSideBySide() {
    Image mini = DebianFiles.mini();
    Boot boot = new Boot.Kernel(mini.kernel(), mini.initrd(), "console=ttyS0 quiet");
    try (Guest one = Guest.start(MachineConfig.of(boot).memoryBytes(192 << 20));
        Guest two = Guest.start(MachineConfig.of(boot).memoryBytes(256 << 20))) {
      one.expectShell();
      two.expectShell();
      one.run("echo one > /tmp/me");
      two.run("echo two > /tmp/me");
      String memory = "awk '/^MemTotal/ { print $2 }' /proc/meminfo";
      assertThat(Long.parseLong(one.run(memory))).isBetween(128L << 10, 192L << 10);
      assertThat(Long.parseLong(two.run(memory))).isBetween(192L << 10, 256L << 10);
      assertThat(one.run("cat /tmp/me")).isEqualTo("one");
      one.send("poweroff");
      assertThat(one.end()).isEqualTo(new ExitReason.PoweredOff());
      assertThat(two.run("cat /tmp/me")).isEqualTo("two");
      two.send("poweroff");
      assertThat(two.end()).isEqualTo(new ExitReason.PoweredOff());
    }
  }
}
