package jvisor.app.user;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes down our own errors, so that a person need not read a stack trace and we still can. */
public final class CrashReport {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss", Locale.ROOT);

  private CrashReport() {}

  /**
   * Writes a report.
   *
   * @param folder where reports go; the folder for temporary files if that cannot be written
   * @param error what went wrong
   * @param facts what was going on, by heading; the texts may have several lines
   * @return the report's path
   * @throws IOException if neither folder can be written
   */
  public static Path write(Path folder, Throwable error, Map<String, String> facts)
      throws IOException {
    String text = text(error, facts);
    String name =
        "%s-%d.txt"
            .formatted(
                STAMP.format(LocalDateTime.now(ZoneId.systemDefault())),
                ProcessHandle.current().pid());
    IOException failure = new IOException("no folder");
    for (Path place : List.of(folder, Path.of(System.getProperty("java.io.tmpdir", "/tmp")))) {
      try {
        Files.createDirectories(place);
        return Files.writeString(place.resolve("jvisor-" + name), text);
      } catch (IOException e) {
        failure = e;
      }
    }
    throw failure;
  }

  private static String text(Throwable error, Map<String, String> facts) {
    StringWriter text = new StringWriter();
    try (PrintWriter out = new PrintWriter(text)) {
      out.println(
          "Jvisor ended with an error of its own. Please attach this file to a bug report.");
      out.println();
      error.printStackTrace(out);
      facts.forEach((heading, fact) -> out.printf("%n== %s%n%s%n", heading, fact));
      out.printf(
          "%n== host%n%s %s %s, Java %s (%s)%n",
          System.getProperty("os.name"),
          System.getProperty("os.version"),
          System.getProperty("os.arch"),
          System.getProperty("java.version"),
          System.getProperty("java.vm.name"));
      Runtime runtime = Runtime.getRuntime();
      out.printf(
          "%d processors, heap %d of %d MiB%n",
          runtime.availableProcessors(),
          (runtime.totalMemory() - runtime.freeMemory()) >> 20,
          runtime.maxMemory() >> 20);
    }
    return text.toString();
  }
}
