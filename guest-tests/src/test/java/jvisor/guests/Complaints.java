package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;

/** What a Linux kernel says when the machine, or the kernel itself, is not as it should be. */
final class Complaints {
  private static final Pattern COMPLAINT =
      Pattern.compile(
          "BUG:|WARNING:|Oops|Call Trace|[Uu]nchecked MSR|unhandled MSR|soft lockup|rcu.*stall"
              + "|segfault|invalid opcode|general protection|nobody cared|spurious"
              + "|[Uu]nstable|too much work|Firmware Bug|firmware bug|ACPI (BIOS )?Error"
              + "|calibration failed");

  private Complaints() {}

  /** Fails if there is one in {@code dmesg}. */
  static void none(String dmesg) {
    assertThat(dmesg).contains("Linux version");
    assertThat(dmesg.lines().filter(line -> COMPLAINT.matcher(line).find())).isEmpty();
  }
}
