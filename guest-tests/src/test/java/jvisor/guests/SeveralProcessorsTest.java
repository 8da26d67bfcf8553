package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jvisor.app.image.Image;
import jvisor.machine.Boot;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.Processors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Debian's cloud kernel on four processors, by turns; one guest for all tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeveralProcessorsTest {
  private static final int LAST = Integer.MAX_VALUE;
  private static final String CPUS = "/sys/devices/system/cpu/";

  private Guest guest;

  /** How they run. */
  Processors processors() {
    return Processors.TURNS;
  }

  @BeforeAll
  void bootToTheShell() {
    Image mini = DebianFiles.mini();
    guest =
        Guest.start(
            MachineConfig.of(new Boot.Kernel(mini.kernel(), mini.initrd(), "console=ttyS0"))
                .cpus(4)
                .processors(processors()));
    guest.expect("smp: Brought up 1 node, 4 CPUs");
    guest.expectShell();
  }

  @AfterAll
  void stop() {
    if (guest != null) {
      guest.close();
    }
  }

  @Test
  void theKernelUsesAllOfThem() {
    assertThat(guest.run("nproc")).isEqualTo("4");
    assertThat(guest.run("grep -c ^processor /proc/cpuinfo")).isEqualTo("4");
    assertThat(guest.run("sort -u " + CPUS + "cpu*/topology/core_cpus_list | tr '\\n' ' '"))
        .isEqualTo("0 1 2 3");
    assertThat(guest.run("sort -u " + CPUS + "cpu*/topology/package_cpus_list")).isEqualTo("0-3");
  }

  @Test
  void theKernelHasNothingToComplainAbout() {
    guest.run("dmesg > /tmp/dmesg");
    Complaints.none(guest.run("cat /tmp/dmesg"));
  }

  @Test
  void workThatIsSpreadComesOutAsOnOne() {
    String each = "taskset $m sh -c 'seq 1 5000 | sha256sum'";
    List<String> sums =
        guest.run("for m in 1 2 4 8; do " + each + " & done; wait").lines().distinct().toList();
    assertThat(sums).hasSize(1);
    assertThat(guest.run("seq 1 5000 | sha256sum")).isEqualTo(sums.getFirst());
  }

  @Test
  void oneCanBeSwitchedOffAndOnAgain() {
    String online = CPUS + "cpu3/online";
    guest.run("echo 0 > " + online);
    assertThat(guest.run("cat " + CPUS + "online")).isEqualTo("0-2");
    guest.run("echo 1 > " + online);
    assertThat(guest.run("taskset 8 grep Cpus_allowed_list /proc/self/status")).endsWith("3");
  }

  @Test
  @Order(LAST - 1)
  void rebootStartsAllAgain() {
    guest.send("reboot");
    guest.expect("smp: Brought up 1 node, 4 CPUs");
    guest.expectShell();
  }

  @Test
  @Order(LAST)
  void poweroffEndsIt() {
    guest.send("poweroff");
    assertThat(guest.end()).isEqualTo(new ExitReason.PoweredOff());
  }
}
