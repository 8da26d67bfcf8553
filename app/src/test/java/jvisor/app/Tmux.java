package jvisor.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A terminal of 90 columns and 30 rows with a shell in it, held by a tmux server of our own. */
final class Tmux implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final String socket;

  private Tmux(Path folder) {
    socket = folder.resolve("tmux").toString();
  }

  /** Whether this host has tmux. */
  static boolean present() {
    try {
      return new ProcessBuilder("tmux", "-V")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Starts a shell whose home is {@code folder}, an existing one. */
  static Tmux start(Path folder) throws IOException {
    Tmux tmux = new Tmux(folder);
    Path rc = Files.writeString(folder.resolve("shrc"), "PS1='% '\nexport TERM=xterm\n");
    tmux.run(
        "-f",
        "/dev/null",
        "new-session",
        "-d",
        "-x",
        "90",
        "-y",
        "30",
        "-c",
        folder.toString(),
        "env",
        "-i",
        "PATH=" + System.getenv("PATH"),
        "HOME=" + folder,
        "ENV=" + rc,
        "sh",
        "-i");
    tmux.await(screen -> screen.contains("%"));
    return tmux;
  }

  /** Types {@code line} and Return. */
  void type(String line) throws IOException {
    write(line);
    press("Enter");
  }

  /** Types this and nothing behind it. */
  void write(String text) throws IOException {
    run("send-keys", "-l", text);
  }

  /** Presses a key, in tmux's names, such as "C-c". */
  void press(String key) throws IOException {
    run("send-keys", key);
  }

  /** Waits until the screen is as wished, and answers it without empty lines at its end. */
  String await(Predicate<String> wish) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      String screen = run("capture-pane", "-p").stripTrailing();
      if (wish.test(screen)) {
        return screen;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the screen stays like this:\n" + screen);
      }
      LockSupport.parkNanos(50_000_000);
    }
  }

  @Override
  public void close() throws IOException {
    run("kill-server");
  }

  private String run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("tmux", "-S", socket));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
