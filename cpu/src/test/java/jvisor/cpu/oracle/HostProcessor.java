package jvisor.cpu.oracle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/** The host's processor, through a child process that runs {@link HostProgram}. */
final class HostProcessor implements AutoCloseable {
  private static final int WORD = 8;

  private final Arena arena = Arena.ofShared();
  private final Path directory;
  private final MemorySegment shared;
  private final Process process;
  private final OutputStream out;
  private final InputStream in;

  HostProcessor() throws IOException {
    directory = Files.createTempDirectory("oracle");
    Path file = directory.resolve("cases");
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      shared = channel.map(FileChannel.MapMode.READ_WRITE, 0, HostProgram.FILE_SIZE, arena);
    }
    for (int n = 0; n < Layout.PAGE; n++) {
      shared.set(
          java.lang.foreign.ValueLayout.JAVA_BYTE, HostProgram.CONSTANTS + n, Layout.constant(n));
    }
    process = start(directory.resolve("program"), file);
    out = process.getOutputStream();
    in = process.getInputStream();
    await();
  }

  /**
   * Writes the program and starts it. One at a time: a process that is started while a program is
   * being written has that file open too, and what is open for writing is not executed.
   */
  private static synchronized Process start(Path program, Path file) throws IOException {
    Files.createFile(
        program,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.write(program, HostProgram.executable());
    return new ProcessBuilder(program.toString(), file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Why cases cannot run on this host, or an empty string if they can. */
  static String obstacle() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String architecture = System.getProperty("os.arch", "");
    if (!os.contains("linux") || !architecture.equals("amd64")) {
      return "the oracle needs an x86-64 Linux host, this is " + os + " on " + architecture;
    }
    if (!HostFeatures.isEnough()) {
      return "the oracle needs a processor with AVX and FSGSBASE";
    }
    if (!HostFeatures.isAmd() && !Boolean.getBoolean("oracle.anyVendor")) {
      return "the oracle follows AMD where vendors differ; -Doracle.anyVendor=true runs it here";
    }
    try {
      new HostProcessor().close();
      return "";
    } catch (IOException | UncheckedIOException e) {
      return "the oracle's process does not run: " + e.getMessage();
    }
  }

  /** Why cases of {@code kind} cannot run on this host, or an empty string if they can. */
  static String obstacle(CaseKind kind) {
    String obstacle = obstacle();
    if (!obstacle.isEmpty() || kind == CaseKind.FLAT) {
      return obstacle;
    }
    try (HostProcessor host = new HostProcessor()) {
      long answer =
          host.shared.get(java.lang.foreign.ValueLayout.JAVA_LONG, HostProgram.LOCAL_SEGMENTS);
      return answer == 0
          ? ""
          : "the kernel gives programs no 16-bit segments: modify_ldt answers " + (int) answer;
    } catch (IOException | UncheckedIOException e) {
      return "the oracle's process does not run: " + e.getMessage();
    }
  }

  /** The state before case {@code index} of the batch. */
  CaseState before(int index) {
    return new CaseState(shared.address() + HostProgram.BEFORE + (long) index * CaseState.SIZE);
  }

  /** The state after case {@code index} of the batch. */
  CaseState after(int index) {
    return new CaseState(shared.address() + HostProgram.AFTER + (long) index * CaseState.SIZE);
  }

  /**
   * Runs the first {@code count} cases.
   *
   * @throws Crash if the process died, with the case that it was at
   */
  void run(int count) {
    shared.set(java.lang.foreign.ValueLayout.JAVA_LONG, 0, count);
    try {
      out.write(new byte[WORD]);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await();
  }

  private void await() {
    try {
      if (in.readNBytes(WORD).length == WORD) {
        return;
      }
      int status = process.waitFor();
      long index = shared.get(java.lang.foreign.ValueLayout.JAVA_LONG, WORD);
      throw new Crash("the oracle's process ended with status " + status, (int) index);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    arena.close();
    Files.deleteIfExists(directory.resolve("program"));
    Files.deleteIfExists(directory.resolve("cases"));
    Files.deleteIfExists(directory);
  }

  /** The death of the process. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int index;

    Crash(String message, int index) {
      super(message);
      this.index = index;
    }
  }
}
