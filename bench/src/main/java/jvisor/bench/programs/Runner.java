package jvisor.bench.programs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process at whose other end {@code init} runs programs: {@code init} itself, or a virtual
 * machine with it in the guest. What it says is timed as it arrives, by the host's clock.
 */
final class Runner implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int REMEMBERED = 40;
  private static final Line END = new Line("", 0);

  private final String name;
  private final Process process;
  private final OutputStream input;
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private final Deque<String> said = new ArrayDeque<>();

  /** A line and when it arrived. */
  private record Line(String text, long nanos) {}

  /** Starts {@code command}; {@code name} is for what goes wrong. */
  Runner(String name, List<String> command) throws IOException {
    this.name = name;
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    input = process.getOutputStream();
    Thread.ofPlatform().name(name).daemon().start(this::read);
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.ISO_8859_1)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(new Line(line, System.nanoTime()));
      }
    } catch (IOException e) {
      lines.add(new Line(name + ": " + e, System.nanoTime()));
    }
    lines.add(END);
  }

  /** Waits until programs can be run. */
  void awaitReady() throws IOException, InterruptedException {
    Line line = next();
    while (!line.text().endsWith("@ready")) {
      line = next();
    }
  }

  /** Runs {@code count} units of {@code program}. */
  Marks.Outcome run(String program, long count) throws IOException, InterruptedException {
    Marks marks = new Marks(program);
    input.write((program + " " + count + "\n").getBytes(StandardCharsets.US_ASCII));
    input.flush();
    try {
      Line line = next();
      while (!marks.accept(line.text(), line.nanos())) {
        line = next();
      }
    } catch (IOException e) {
      throw new IOException(name + ": " + e.getMessage(), e);
    }
    return marks.outcome();
  }

  private Line next() throws IOException, InterruptedException {
    Line line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (line == null || line == END) {
      throw new IOException(
          name
              + (line == null ? " has said nothing for " + PATIENCE : " has ended")
              + "; its last lines:\n"
              + String.join("\n", said));
    }
    said.addLast(line.text());
    if (said.size() > REMEMBERED) {
      said.removeFirst();
    }
    return line;
  }

  /** Lets {@code init} end, and with it the machine. */
  @Override
  public void close() throws IOException {
    try {
      input.write("quit\n".getBytes(StandardCharsets.US_ASCII));
      input.close();
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        throw new IOException(name + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
