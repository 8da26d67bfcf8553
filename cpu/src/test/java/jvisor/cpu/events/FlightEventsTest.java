package jvisor.cpu.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import jvisor.cpu.alone.TranslatedProgram;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.translator.Translator;
import jvisor.cpu.translator.TranslatorOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording says of translations. */
class FlightEventsTest {
  @TempDir private Path folder;

  @Test
  void aRecordingHasFlushesAndInvalidations() throws IOException {
    assumeTrue(ModuleLayer.boot().findModule("jdk.jfr").isPresent() && Translator.isSupported());
    Path file = folder.resolve("a.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jvisor.Flush");
      recording.enable("jvisor.Invalidation");
      recording.start();
      FlightEvents.tier(
              listener -> {
                listener.invalidated(7);
                listener.flushed(3, 4096);
                return new Translator(TranslatorOptions.always());
              })
          .close();
      recording.stop();
      recording.dump(file);
    }

    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(events)
        .extracting(event -> event.getEventType().getName())
        .containsExactlyInAnyOrder("jvisor.Invalidation", "jvisor.Flush");
    assertThat(events)
        .filteredOn(event -> event.hasField("number"))
        .extracting(event -> event.getInt("number"))
        .containsExactly(7);
    assertThat(events)
        .filteredOn(event -> event.hasField("translations"))
        .extracting(event -> event.getLong("codeSize"))
        .containsExactly(4096L);
  }

  @Test
  void aRecordingSaysHowOftenCodeIsLeftAndForWhat() throws IOException {
    assumeTrue(ModuleLayer.boot().findModule("jdk.jfr").isPresent() && Translator.isSupported());
    Path file = folder.resolve("b.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jvisor.Exits");
      recording.start();
      HotTier tier =
          FlightEvents.tier(listener -> new Translator(TranslatorOptions.always(), listener));
      String source = "mov ecx, 1000\n next: fninit\n dec ecx\n jne next\n hlt";
      try (TranslatedProgram program = new TranslatedProgram(tier, source)) {
        program.run();
      }
      recording.stop();
      recording.dump(file);
    }

    long times =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals("jvisor.Exits"))
            .filter(event -> event.getString("cause").equals("fninit"))
            .mapToLong(event -> event.getLong("times"))
            .sum();
    assertThat(times).isEqualTo(1000);
  }
}
