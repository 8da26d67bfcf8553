package jvisor.app.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NotesTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void withoutATerminalThereAreNeitherColoursNorBars() {
    Notes notes = notes(false, true);
    try (Progress progress = new Progress(notes, "kernel")) {
      progress.done(0.5);
      notes.error("wrong");
    }
    assertThat(text()).isEqualTo("jvisor: wrong\n");
  }

  @Test
  void onATerminalABarStepsAsideForALine() {
    Notes notes = notes(true, false);
    try (Progress progress = new Progress(notes, "kernel")) {
      progress.done(0.5);
      notes.note("line");
    }
    assertThat(text())
        .isEqualTo(
            "\r\u001b[Kkernel                 [============            ]  50 %"
                + "\r\u001b[Kjvisor: line\n");
  }

  @Test
  void coloursAreForTerminalsThatWantThem() {
    notes(true, true).error("wrong");
    assertThat(text()).isEqualTo("\u001b[1;31mjvisor:\u001b[0m wrong\n");
  }

  @Test
  void inRawModeALineEndHasItsCarriageReturn() {
    Notes notes = notes(true, false);
    notes.raw(true);
    notes.print("a\nb");
    assertThat(text()).isEqualTo("a\r\nb\r\n");
  }

  @Test
  void errorsOfTheSystemAreToldInItsWords() {
    assertThat(UserError.reason(new FileNotFoundException("/x y (Is a directory)")))
        .isEqualTo("Is a directory");
    assertThat(UserError.reason(new IOException("Broken pipe"))).isEqualTo("Broken pipe");
    assertThat(UserError.reason(new NoSuchFileException("/x"))).isEqualTo("no such file or folder");
    assertThat(UserError.reason(new AccessDeniedException("/x"))).isEqualTo("permission denied");
    assertThat(UserError.reason(new FileSystemException("/x", null, "No space left on device")))
        .isEqualTo("No space left on device");
    assertThat(UserError.reason(new IOException())).isEqualTo("IOException");
  }

  @Test
  void foldersAreWhereTheSpecificationSays() {
    assertThat(Folders.of(Map.of("HOME", "/h")))
        .isEqualTo(new Folders(Path.of("/h/.cache/jvisor"), Path.of("/h/.local/state/jvisor")));
    assertThat(Folders.of(Map.of("HOME", "/h", "XDG_CACHE_HOME", "/c", "XDG_STATE_HOME", "rel")))
        .isEqualTo(new Folders(Path.of("/c/jvisor"), Path.of("/h/.local/state/jvisor")));
  }

  private Notes notes(boolean terminal, boolean colour) {
    return new Notes(new PrintStream(out, true, StandardCharsets.UTF_8), terminal, colour);
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
