package jvisor.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session on a real terminal: raw while the guest runs, and afterwards what it was. */
class TerminalTest {
  @TempDir Path home;
  private Tmux tmux;

  @BeforeEach
  void open() throws IOException {
    assumeTrue(Tmux.present(), "tmux is not installed");
    tmux = Tmux.start(home);
    tmux.type("stty -a >before");
  }

  @AfterEach
  void closeTerminal() throws IOException {
    if (tmux != null) {
      tmux.close();
    }
  }

  @Test
  void keysReachTheGuestAsTheyAre() throws Exception {
    run("say=ready echo");
    tmux.await(screen -> screen.contains("ready"));
    tmux.press("C-c");
    tmux.press("C-z");
    tmux.press("C-\\");
    tmux.press("C-d");
    tmux.press("C-s");
    tmux.press("C-v");
    tmux.press("Escape");
    tmux.await(screen -> screen.contains("<3><26><28><4><19><22><27>"));
    // The guest is gone at the last letter; an Enter might already be the shell's.
    tmux.write("poweroff");
    tmux.await(screen -> screen.contains("bye\n0 %"));
    assertThatTheTerminalIsAsBefore();
  }

  @Test
  void theEscapeKeyLeaves() throws Exception {
    run("prompt echo");
    tmux.await(screen -> screen.endsWith("$"));
    tmux.press("C-]");
    // The shell's prompt starts on a line of its own.
    tmux.await(screen -> screen.endsWith("$\n0 %"));
    assertThatTheTerminalIsAsBefore();
  }

  @Test
  void theEscapeKeyLeavesAGuestThatReadsNothing() throws Exception {
    run("say=ready deaf");
    tmux.await(screen -> screen.contains("ready"));
    tmux.press("C-]");
    tmux.await(screen -> screen.contains("does not stop") && screen.endsWith("70 %"));
    assertThatTheTerminalIsAsBefore();
  }

  @Test
  void theTerminalIsRestoredWhenTheGuestDies() throws Exception {
    run("die");
    String screen = tmux.await(s -> s.endsWith("4 %"));
    assertThat(screen).contains("jvisor: the guest died: triple fault\nrax=0\nrip=fff0\n4 %");
    assertThatTheTerminalIsAsBefore();
  }

  @Test
  void theTerminalIsRestoredAfterAnErrorOfOurs() throws Exception {
    run("throw");
    tmux.await(screen -> screen.contains("internal error") && screen.endsWith("70 %"));
    assertThatTheTerminalIsAsBefore();
  }

  @Test
  void theTerminalIsRestoredOnASignal() throws Exception {
    run("say=ready echo");
    tmux.await(screen -> screen.contains("ready"));
    long pid = Long.parseLong(Files.readString(home.resolve("pid")).strip());
    assertThat(ProcessHandle.of(pid).orElseThrow().destroy()).isTrue();
    tmux.await(screen -> screen.contains("143 %"));
    assertThatTheTerminalIsAsBefore();
  }

  @Test
  void aPersonWhoWaitsSeesThatItBoots() throws Exception {
    run("echo");
    tmux.await(screen -> Pattern.compile("booting +\\[[ =]{24}] \\d+ s").matcher(screen).find());
    tmux.type("x");
    tmux.await(screen -> screen.endsWith("x") && !screen.contains("booting"));
    tmux.press("C-]");
    tmux.await(screen -> screen.endsWith("0 %"));
  }

  @Test
  void theDoctorSeesTheTerminalsSize() throws Exception {
    tmux.type(Shell.words(Program.in(home, "doctor").command()) + "; echo $?");
    String screen = tmux.await(s -> s.endsWith("0\n%"));
    Matcher size = Pattern.compile("size +(\\d+) rows, (\\d+) columns, xterm").matcher(screen);
    assertThat(size.find()).isTrue();
    assertThat(size.group(1) + " " + size.group(2)).isEqualTo("30 90");
  }

  private void run(String script) throws IOException {
    Path start =
        Files.writeString(
            home.resolve("start"),
            "echo $$ >pid; exec " + Shell.words(Program.guest(home, script).command()) + "\n");
    tmux.type("clear; sh " + start + "; printf '%s ' $?");
  }

  private void assertThatTheTerminalIsAsBefore() throws IOException {
    tmux.type("stty -a >after; clear; echo done");
    tmux.await(screen -> screen.startsWith("done"));
    assertThat(home.resolve("after")).hasSameTextualContentAs(home.resolve("before"));
  }
}
