package jvisor.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@link FakeMain} in a process of its own, as a shell would. */
final class Program {
  private final Path home;
  private final List<String> arguments;
  private String input = "";
  private String path = System.getenv("PATH");

  private Program(Path home, List<String> arguments) {
    this.home = home;
    this.arguments = arguments;
  }

  /** What a process left behind. */
  record Result(int status, String out, String err) {}

  /** The program with {@code home} as its home folder. */
  static Program in(Path home, String... arguments) {
    return new Program(home, List.of(arguments));
  }

  /** A guest whose kernel, the fake machine's script, is {@code script}. */
  static Program guest(Path home, String script, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("run", "--engine", "interpreter", "--kernel", "x"));
    arguments.addAll(List.of("--append", script));
    arguments.addAll(List.of(more));
    return new Program(home, arguments);
  }

  Program input(String text) {
    input = text;
    return this;
  }

  Program path(Path first) {
    path = first + ":" + path;
    return this;
  }

  /** The words of the command, for a shell. */
  List<String> command() {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                FakeMain.class.getName()));
    command.addAll(arguments);
    return command;
  }

  ProcessBuilder builder() {
    ProcessBuilder builder = new ProcessBuilder(command());
    builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
    builder.environment().put("HOME", home.toString());
    builder.environment().put("PATH", path);
    return builder;
  }

  /** Runs it to its end. */
  Result run() {
    try {
      Path out = Files.createTempFile(home, "out", "");
      Path err = Files.createTempFile(home, "err", "");
      Process process = builder().redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It has ended without reading.
      }
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still runs after a minute: " + arguments);
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
