package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import java.util.stream.Stream;
import jvisor.app.image.Image;
import jvisor.cpu.translator.Optimisation;
import jvisor.cpu.translator.Translator;
import jvisor.machine.Boot;
import jvisor.machine.ClockSource;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.TranslatorSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A guest lives the same life whichever optimisation its translations do without. */
@Tag("long")
class SwitchedTranslatorTest {
  private static final String WORK =
      "console=ttyS0 rdinit=/bin/sh -- -c \"mount -t proc proc /proc; seq 1 5000 | md5sum; seq 1"
          + " 20000 | gzip | gunzip | sha256sum; poweroff -f\"";

  static Stream<String> settings() {
    return Stream.concat(
        Stream.of("threshold=0", "threshold=0,verify=on", "without=all"),
        Stream.of(Optimisation.values()).map(off -> "without=" + off.label()));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void guestsBootAndReckon(String settings) {
    assumeTrue(Translator.isSupported(), "no translator on this host");
    Image mini = DebianFiles.mini();
    MachineConfig.Builder config =
        MachineConfig.of(new Boot.Kernel(mini.kernel(), mini.initrd(), WORK))
            .memoryBytes(128 << 20)
            .engine("translator")
            .translator(new TranslatorSpec(settings, Optional.empty()))
            .clock(new ClockSource.Instructions(200));
    try (Guest guest = Guest.start(config)) {
      assertThat(guest.end()).as(guest::transcript).isEqualTo(new ExitReason.PoweredOff());
      assertThat(guest.transcript())
          .contains("a5a208cd26b07cadade3450fe14d1d93")
          .contains("f6351f5ead9a700e34275480b3856ea738122a7c57bdeb744a631251c069587a");
    }
  }
}
