package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.regex.Pattern;
import jvisor.machine.Boot;
import jvisor.machine.MachineConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memtest86+, which has no operating system below it. */
@Tag("long")
class MemtestTest {
  private static final Pattern PASSES = Pattern.compile("Pass: +[1-9][0-9]* +Errors: +([0-9]+)");
  private static final Pattern FIRST_ERROR = Pattern.compile("Errors: +[1-9]");

  @ParameterizedTest
  @ValueSource(strings = {"x64", "ia32"})
  void completesAPassWithoutErrors(String kind) {
    Boot boot = new Boot.Kernel(DebianFiles.memtest(kind), null, "console=ttyS0,115200");
    try (Guest guest = Guest.start(MachineConfig.of(boot).memoryBytes(32 << 20))) {
      guest.expect("Memtest86+");
      guest.patience(Duration.ofMinutes(30));
      assertThat(guest.expect(PASSES).group(1)).isEqualTo("0");
      assertThat(FIRST_ERROR.matcher(guest.transcript()).find()).isFalse();
    }
  }
}
