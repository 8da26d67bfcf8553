package jvisor.cpu.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import jvisor.cpu.translator.TranslationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording says of translations. */
class FlightEventsTest {
  @TempDir private Path folder;

  @Test
  void aRecordingHasFlushesAndInvalidations() throws IOException {
    assumeTrue(ModuleLayer.boot().findModule("jdk.jfr").isPresent());
    Path file = folder.resolve("a.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jvisor.Flush");
      recording.enable("jvisor.Invalidation");
      recording.start();
      TranslationListener events = FlightEvents.create();
      events.invalidated(7);
      events.flushed(3, 4096);
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
}
