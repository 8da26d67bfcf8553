package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jvisor.app.image.Image;
import jvisor.machine.Boot;
import jvisor.machine.ClockSource;
import jvisor.machine.CpuSpec;
import jvisor.machine.ExitReason;
import jvisor.machine.Hypervisor;
import jvisor.machine.MachineConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A machine that does not say that it is virtual: Linux measures all its clocks. */
@Tag("long")
class BareMachineTest {
  /** What all clocks are compared with: the TSC's 1 GHz. */
  private static final double TSC_MHZ = 1000;

  private static final double TOLERANCE = 1e-3;

  static List<ClockSource> clocks() {
    return List.of(new ClockSource.Host(), new ClockSource.Instructions(200));
  }

  @ParameterizedTest
  @MethodSource("clocks")
  void clocksAreMeasuredWithinOneInAThousand(ClockSource clock) {
    Image mini = DebianFiles.mini();
    Boot boot =
        new Boot.Kernel(
            mini.kernel(), mini.initrd(), "console=ttyS0 apic=verbose cryptomgr.notests");
    // Without the deadline mode the APIC's timer has to be measured as well.
    CpuSpec cpu = new CpuSpec(CpuSpec.DEFAULT, List.of(), List.of("tsc_deadline"));
    MachineConfig.Builder config =
        MachineConfig.of(boot).hypervisor(Hypervisor.NONE).cpu(cpu).clock(clock);
    try (Guest guest = Guest.start(config)) {
      guest.expectShell();
      assertThat(guest.run("cat /proc/cpuinfo")).doesNotContain("hypervisor");
      // The kernel looks at the TSC once more a second after it has found it.
      guest.run("until dmesg | grep -q 'Refined TSC'; do sleep 1; done");
      guest.run("dmesg > /tmp/dmesg");
      measured(guest.run("cat /tmp/dmesg"));
      assertThat(guest.run("cat /sys/devices/system/clocksource/clocksource0/current_clocksource"))
          .isEqualTo("tsc");
      guest.send("poweroff");
      assertThat(guest.end()).isEqualTo(new ExitReason.PoweredOff());
    }
  }

  private static void measured(String dmesg) {
    Complaints.none(dmesg);
    assertThat(dmesg).contains("tsc: Fast TSC calibration using PIT");
    assertThat(number(dmesg, "tsc: Detected ([0-9.]+) MHz"))
        .isCloseTo(TSC_MHZ, within(TSC_MHZ * TOLERANCE));
    assertThat(number(dmesg, "Refined TSC clocksource calibration: ([0-9.]+) MHz"))
        .isCloseTo(TSC_MHZ, within(TSC_MHZ * TOLERANCE));
    double ticks = 1e9 / 16 / 10;
    assertThat(number(dmesg, "lapic delta = ([0-9]+)")).isCloseTo(ticks, within(ticks * TOLERANCE));
    double pmTicks = 3_579_545 / 10.0;
    assertThat(number(dmesg, "PM-Timer delta = ([0-9]+)"))
        .isCloseTo(pmTicks, within(pmTicks * TOLERANCE));
  }

  private static double number(String dmesg, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(dmesg);
    assertThat(matcher.find()).as(pattern).isTrue();
    return Double.parseDouble(matcher.group(1));
  }
}
