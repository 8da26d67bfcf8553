package jvisor.app.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jvisor.app.user.Notes;
import jvisor.app.user.Progress;
import jvisor.app.user.UserError;

/**
 * The host's APT, used as a plain user: sources and keys are the system's, lists and caches are in
 * a folder of ours, so that it works where the system's lists are empty and changes nothing there.
 */
public final class Apt {
  private static final String OWN_KERNEL =
      "; a kernel of your own runs with: jvisor run --kernel vmlinuz --initrd initrd.img"
          + " --append console=ttyS0";

  /** As apt's Status-Fd reports it: "dlstatus:ITEM:PERCENT:text". */
  private static final Pattern STATUS = Pattern.compile("dlstatus:[^:]*:([0-9.]+):.*");

  private static final Pattern DEPENDS = Pattern.compile("Depends: (linux-image-\\S+).*");
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9+.-]*");

  /** Longer than APT's own time limits and retries take. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path work;
  private final String architecture;
  private final Notes notes;
  private final boolean verbose;
  private String complaint = "";

  /**
   * Uses {@code work}, an existing folder, for lists, caches and packages.
   *
   * @param architecture of the guest that the packages are for, whatever the host's is: "amd64" or
   *     "i386"
   * @param verbose whether to show what APT says
   */
  public Apt(Path work, String architecture, Notes notes, boolean verbose) {
    this.work = work;
    this.architecture = architecture;
    this.notes = notes;
    this.verbose = verbose;
  }

  /** A package that the repository offers. */
  public record Offer(String name, String version) {
    @Override
    public String toString() {
      return name + " " + version;
    }
  }

  /** Fetches the repository's lists. */
  public void update() throws UserError, IOException {
    Files.createDirectories(work.resolve("lists/partial"));
    Files.createDirectories(work.resolve("cache/archives/partial"));
    try (Progress progress = new Progress(notes, "package lists")) {
      // A host may have other repositories that fail; whether ours is there shows later.
      run(progress::done, "apt-get", "-q", "-o", "APT::Status-Fd=1", "update");
    }
  }

  /** The package that {@code name} stands for: itself, or the kernel that a meta package names. */
  public Offer resolve(String name) throws UserError, IOException {
    List<String> shown = run(_ -> {}, "apt-cache", "show", "--no-all-versions", name);
    String version = "";
    for (String line : shown) {
      Matcher kernel = DEPENDS.matcher(line);
      if (kernel.matches() && NAME.matcher(kernel.group(1)).matches()) {
        return resolve(kernel.group(1));
      }
      if (line.startsWith("Version: ")) {
        version = line.substring("Version: ".length());
      }
    }
    if (version.isEmpty()) {
      throw new UserError(
          "APT offers no "
              + name
              + (complaint.isEmpty() ? "" : " (" + complaint + ")")
              + OWN_KERNEL);
    }
    return new Offer(name, version);
  }

  /** Downloads a package and answers its file; {@code what} names it in the bar. */
  public Path download(Offer wanted, String what) throws UserError, IOException {
    try (Progress progress = new Progress(notes, what)) {
      run(
          progress::done,
          "apt-get",
          "-q",
          "-o",
          "APT::Status-Fd=1",
          "download",
          wanted.name() + "=" + wanted.version());
    }
    try (Stream<Path> files = Files.list(work)) {
      return files
          .filter(file -> isPackage(file.getFileName().toString(), wanted.name()))
          .findFirst()
          .orElseThrow(() ->
              new UserError(
                  "APT cannot download "
                      + wanted.name()
                      + (complaint.isEmpty() ? "" : ": " + complaint)
                      + OWN_KERNEL));
    }
  }

  private static boolean isPackage(String file, String name) {
    return file.startsWith(name + "_") && file.endsWith(".deb");
  }

  /**
   * Runs one of APT's programs with our folders and answers what it printed, but for its status.
   */
  private List<String> run(DoubleConsumer progress, String program, String... arguments)
      throws UserError, IOException {
    List<String> command = new ArrayList<>(List.of(program));
    for (String option :
        List.of(
            "Dir::State::lists=" + work.resolve("lists"),
            "Dir::Cache=" + work.resolve("cache"),
            "APT::Architecture=" + architecture,
            // Packages of another architecture than the host's conflict with what it has.
            "Dir::State::status=/dev/null",
            "APT::Sandbox::User=root",
            "Acquire::Languages=none",
            "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false",
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
            "Acquire::Retries=2",
            "Acquire::http::Timeout=30")) {
      command.add("-o");
      command.add(option);
    }
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UserError(
          "the default image is made with APT, and there is no " + program + OWN_KERNEL);
    }
    process.getOutputStream().close();
    List<String> printed = new ArrayList<>();
    AtomicLong heard = new AtomicLong(System.nanoTime());
    Thread watch = watch(process, heard);
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        heard.set(System.nanoTime());
        Matcher status = STATUS.matcher(line);
        if (status.matches()) {
          progress.accept(Double.parseDouble(status.group(1)) / 100);
        } else {
          printed.add(line);
          if (line.startsWith("E: ")) {
            complaint = line.substring(3).strip();
          }
          if (verbose) {
            notes.print(line);
          }
        }
      }
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      watch.interrupt();
    }
    if (System.nanoTime() - heard.get() > PATIENCE.toNanos()) {
      throw new UserError(
          program
              + " has been silent for "
              + PATIENCE.toSeconds()
              + " s and was ended"
              + OWN_KERNEL);
    }
    return printed;
  }

  /** Ends a process that has gone silent; APT can wait for ever on a disk that has filled up. */
  private static Thread watch(Process process, AtomicLong heard) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            while (process.isAlive()) {
              Thread.sleep(Duration.ofSeconds(1));
              if (System.nanoTime() - heard.get() > PATIENCE.toNanos()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
              }
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
