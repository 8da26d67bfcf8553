package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jvisor.app.image.Image;
import jvisor.machine.Boot;
import jvisor.machine.ClockSource;
import jvisor.machine.EngineOffer;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.StopReason;
import jvisor.machine.lockstep.LockStep;
import jvisor.machine.vm.Machines;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Engines do the same from power-on to power-off, instruction by instruction. */
class LockStepTest {
  private static final String WORK =
      "console=ttyS0 rdinit=/bin/sh -- -c \"mount -t proc proc /proc; seq 1 500 | md5sum; seq 1"
          + " 2000 | gzip | wc -c; poweroff -f\"";

  static List<String> engines() {
    return Machines.engines().stream()
        .filter(offer -> offer.state() == EngineOffer.State.OFFERED)
        .map(EngineOffer::name)
        .toList();
  }

  private static MachineConfig.Builder config(String engine, String append) {
    Image mini = DebianFiles.mini();
    return MachineConfig.of(new Boot.Kernel(mini.kernel(), mini.initrd(), append))
        .memoryBytes(128 << 20)
        .engine(engine)
        .clock(new ClockSource.Instructions(200));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void kernelsBeginTheSame(String engine) {
    try (Guest guest =
        Guest.start(config(engine, "console=ttyS0 earlyprintk=ttyS0"), LockStep::create)) {
      guest.expect("Linux version");
      guest.machine().requestStop(StopReason.LEFT);
      assertThat(guest.end()).isEqualTo(new ExitReason.Stopped(StopReason.LEFT));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  @Tag("long")
  void kernelsLiveTheSameLife(String engine) {
    try (Guest guest = Guest.start(config(engine, WORK), LockStep::create)) {
      assertThat(guest.end()).as(guest::transcript).isEqualTo(new ExitReason.PoweredOff());
    }
  }

  @Test
  @Tag("long")
  void severalProcessorsLiveTheSameLife() {
    String engine = engines().getFirst();
    try (Guest guest = Guest.start(config(engine, WORK).cpus(3), LockStep::create)) {
      assertThat(guest.end()).as(guest::transcript).isEqualTo(new ExitReason.PoweredOff());
    }
  }
}
