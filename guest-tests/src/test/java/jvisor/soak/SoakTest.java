package jvisor.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jvisor.app.image.Image;
import jvisor.bench.programs.StaticPrograms;
import jvisor.guests.DebianFiles;
import jvisor.guests.Guest;
import jvisor.machine.Boot;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import jvisor.machine.TranslatorSpec;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * A compiler, a compressor, storms of processes and signals, code that changes itself, threads and
 * 32-bit code in one guest of two processors: each program's checksum is the one that it has on the
 * host. {@code -Djvisor.soak.minutes=N} says for how long, {@code -Djvisor.soak.seed=N} begins as
 * an earlier run did, {@code -Djvisor.soak.engine=NAME} picks the engine and {@code
 * -Djvisor.soak.translator=NAME=VALUE,…} its settings.
 */
class SoakTest {
  private static final Duration USUAL = Duration.ofMinutes(30);
  private static final Pattern ANSWER =
      Pattern.compile("@sum ([0-9a-f]{16})|@failed .*|@exit \\d+");

  @TempDir Path folder;

  @BeforeEach
  void theHostHasACompiler() throws IOException, InterruptedException {
    StaticPrograms.obstacle().ifPresent(Assumptions::abort);
  }

  @Test
  void aRoundOfMixedWorkComesOutAsOnTheHost(TestReporter reporter) throws Exception {
    Work work = new Work(folder, reporter::publishEntry);
    try (Guest guest = start(work)) {
      for (Work.Task task : work.once(2026)) {
        run(work, task, guest);
      }
      end(guest);
    }
  }

  @Test
  @Tag("long")
  void halfAnHourOfMixedWorkComesOutAsOnTheHost(TestReporter reporter) throws Exception {
    Duration duration =
        Optional.ofNullable(Long.getLong("jvisor.soak.minutes"))
            .map(Duration::ofMinutes)
            .orElse(USUAL);
    long seed = Long.getLong("jvisor.soak.seed", System.nanoTime());
    reporter.publishEntry("seed", Long.toString(seed));
    Random random = new Random(seed);
    Work work = new Work(folder, reporter::publishEntry);
    int rounds = 0;
    int programs = 0;
    try (Guest guest = start(work)) {
      long start = System.nanoTime();
      while (System.nanoTime() - start < duration.toNanos()) {
        List<Work.Task> round = work.round(random);
        for (Work.Task task : round) {
          run(work, task, guest);
        }
        rounds++;
        programs += round.size();
      }
      end(guest);
    }
    reporter.publishEntry("rounds", Integer.toString(rounds));
    reporter.publishEntry("programs", Integer.toString(programs));
    assertThat(rounds).isPositive();
  }

  private static Guest start(Work work) throws IOException {
    Image mini = DebianFiles.mini();
    MachineConfig.Builder config =
        MachineConfig.of(new Boot.Kernel(mini.kernel(), work.pack(), "console=ttyS0 quiet"))
            .memoryBytes(512 << 20)
            .cpus(2)
            .engine(System.getProperty("jvisor.soak.engine", MachineConfig.AUTO));
    String settings = System.getProperty("jvisor.soak.translator", "");
    if (!settings.isEmpty()) {
      config.translator(new TranslatorSpec(settings, Optional.empty()));
    }
    Guest guest = Guest.start(config);
    guest.expect("@ready");
    return guest;
  }

  private static void run(Work work, Work.Task task, Guest guest)
      throws IOException, InterruptedException {
    String should = work.onHost(task);
    guest.type(task + "\n");
    Matcher answer = guest.expect(ANSWER);
    if (!should.equals(answer.group(1))) {
      throw guest.failure(
          "%s is %s on the host, in the guest '%s'".formatted(task, should, answer.group()));
    }
    assertThat(guest.expect(Pattern.compile("@exit (\\d+)")).group(1)).isEqualTo("0");
  }

  private static void end(Guest guest) {
    guest.type("quit\n");
    assertThat(guest.end()).as(guest::transcript).isEqualTo(new ExitReason.PoweredOff());
  }
}
