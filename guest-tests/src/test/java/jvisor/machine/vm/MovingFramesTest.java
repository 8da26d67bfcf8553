package jvisor.machine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.app.image.Image;
import jvisor.guests.DebianFiles;
import jvisor.guests.Guest;
import jvisor.machine.Boot;
import jvisor.machine.ClockSource;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.platform.GuestMemory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The frames behind a guest's memory can be replaced at any time; the guest sees nothing of it. */
@Tag("long")
class MovingFramesTest {
  private static final long MEMORY = 128 << 20;
  private static final long PERIOD = 100_000;
  private static final long MOVED_AT_ONCE = 24;

  @Test
  void aGuestWhoseFramesMoveLivesTheSameLife() {
    Mover mover = new Mover(Life.MEMORY / GuestMemory.PAGE / 8);
    Life moved = Life.lived(7, pc -> mover.move(pc.board().memory()));
    Life still = Life.lived(7, pc -> {});
    assertThat(moved.serial()).isEqualTo(still.serial());
    assertThat(moved.states()).isEqualTo(still.states());
    assertThat(mover.rounds()).isGreaterThan(30);
  }

  @Test
  void aGuestBootsAndWorksWhileEachOfItsFramesMovesAgainAndAgain() {
    Image mini = DebianFiles.mini();
    MachineConfig.Builder config =
        MachineConfig.of(
                new Boot.Kernel(mini.kernel(), mini.initrd(), "console=ttyS0 cryptomgr.notests"))
            .memoryBytes(MEMORY)
            .clock(new ClockSource.Instructions(200));
    Mover mover = new Mover(MOVED_AT_ONCE);
    try (Guest guest = Probe.start(config, PERIOD, pc -> mover.move(pc.board().memory()))) {
      guest.expectShell();
      guest.send("cat > /tmp/paste <<EOF");
      for (int i = 0; i < 100; i++) {
        guest.send("a line that is typed while memory moves");
      }
      guest.send("EOF");
      assertThat(guest.run("wc -l < /tmp/paste; sort -u /tmp/paste"))
          .isEqualTo("100\na line that is typed while memory moves");
      guest.run("seq 1 20000 > /tmp/numbers");
      assertThat(guest.run("gzip -c /tmp/numbers | gunzip | md5sum"))
          .isEqualTo("e071f707df7bbeee2a6a1eb48011ddd0  -");
      guest.send("poweroff");
      assertThat(guest.end()).isEqualTo(new ExitReason.PoweredOff());
    }
    assertThat(mover.rounds()).isGreaterThan(10);
  }

  /** Goes round and round through memory; a round is over when every frame has been moved. */
  private static final class Mover {
    private final long atOnce;
    private long next;
    private int rounds;

    Mover(long atOnce) {
      this.atOnce = atOnce;
    }

    int rounds() {
      return rounds;
    }

    void move(GuestMemory memory) {
      for (long i = 0; i < atOnce; i++) {
        boolean moved = memory.moveFrame(next);
        assertThat(moved || inLegacyArea(next)).as("page %x", next).isTrue();
        next += GuestMemory.PAGE;
        if (next == memory.ramSize()) {
          next = 0;
          rounds++;
        }
      }
    }

    /** Where pages need not be RAM that can be written. */
    private static boolean inLegacyArea(long gpa) {
      return gpa >= 0xa_0000 && gpa < 0x10_0000;
    }
  }
}
