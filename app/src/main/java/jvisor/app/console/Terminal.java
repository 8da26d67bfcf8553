package jvisor.app.console;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The terminal that standard input is, driven through {@code stty}: that costs a few milliseconds
 * and needs neither native access nor the layout of any system's structures.
 */
public final class Terminal {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,4}) (\\d{1,4})");
  private static final Pattern STATE = Pattern.compile("[0-9a-zA-Z:=_.,;-]+");

  private final String saved;
  private final int rows;
  private final int columns;
  private final AtomicReference<@Nullable String> toRestore = new AtomicReference<>();

  private Terminal(String saved, int rows, int columns) {
    this.saved = saved;
    this.rows = rows;
    this.columns = columns;
  }

  /** The terminal on standard input, if there is one and {@code stty} can drive it. */
  public static Optional<Terminal> open() {
    if (!is(Stream.INPUT)) {
      return Optional.empty();
    }
    List<String> lines = stty("stty -g && stty size").lines().toList();
    if (lines.isEmpty() || !STATE.matcher(lines.getFirst()).matches()) {
      return Optional.empty();
    }
    Matcher size = SIZE.matcher(lines.size() > 1 ? lines.get(1) : "");
    return Optional.of(
        size.matches()
            ? new Terminal(
                lines.getFirst(), Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)))
            : new Terminal(lines.getFirst(), 0, 0));
  }

  /** Lines of text that it shows, 0 if it does not say. */
  public int rows() {
    return rows;
  }

  /** Characters in a line, 0 if it does not say. */
  public int columns() {
    return columns;
  }

  /** Passes every key on as it is, Ctrl-C too, and changes nothing in what is written. */
  public void raw() {
    toRestore.set(saved);
    stty("stty raw -echo -iexten");
  }

  /**
   * Back to what it was before {@link #raw}; any thread. Answers whether there was something to do,
   * which only the first of several callers hears.
   */
  public boolean restore() {
    String state = toRestore.getAndSet(null);
    if (state == null) {
      return false;
    }
    stty("stty " + state);
    return true;
  }

  /** Whether one of the process's standard streams is a terminal. */
  public static boolean is(Stream stream) {
    Path link = Path.of("/proc/self/fd/" + stream.number);
    if (Files.isSymbolicLink(link)) {
      try {
        String device = Files.readSymbolicLink(link).toString();
        return device.startsWith("/dev/pts/")
            || device.startsWith("/dev/tty")
            || device.equals("/dev/console");
      } catch (IOException e) {
        return false;
      }
    }
    try {
      return new ProcessBuilder("test", "-t", Integer.toString(stream.number))
              .inheritIO()
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The standard streams. */
  public enum Stream {
    /** Standard input. */
    INPUT(0),
    /** Standard output. */
    OUTPUT(1),
    /** Standard error. */
    ERROR(2);

    private final int number;

    Stream(int number) {
      this.number = number;
    }
  }

  /** Runs a command line on the terminal and answers what it printed, nothing if it failed. */
  private static String stty(String command) {
    try {
      Process process =
          new ProcessBuilder("sh", "-c", command)
              .redirectInput(Redirect.INHERIT)
              .redirectError(Redirect.DISCARD)
              .start();
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0 ? printed : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
