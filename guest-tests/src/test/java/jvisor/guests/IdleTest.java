package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import jvisor.app.image.Image;
import jvisor.machine.Boot;
import jvisor.machine.MachineConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A guest that has nothing to do leaves the host alone. */
@Tag("long")
class IdleTest {
  private static final int SECONDS = 20;

  @Test
  void anIdleGuestUsesAlmostNoProcessor() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Image mini = DebianFiles.mini();
    Boot boot = new Boot.Kernel(mini.kernel(), mini.initrd(), "console=ttyS0 quiet");
    try (Guest guest = Guest.start(MachineConfig.of(boot))) {
      guest.expectShell();
      // Whatever the kernel puts off until it is idle is over after a while.
      guest.run("sleep 10");
      long id = guest.thread().threadId();
      long wall = System.nanoTime();
      long cpu = threads.getThreadCpuTime(id);
      guest.run("sleep " + SECONDS);
      cpu = threads.getThreadCpuTime(id) - cpu;
      wall = System.nanoTime() - wall;
      assertThat(Duration.ofNanos(wall)).isGreaterThanOrEqualTo(Duration.ofSeconds(SECONDS));
      assertThat(cpu * 100.0 / wall).as("percent of a processor").isLessThan(3.0);
    }
  }
}
