package jvisor.app.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jvisor.app.console.Terminal;
import jvisor.app.console.Terminal.Stream;
import jvisor.app.user.Folders;
import jvisor.machine.EngineOffer;
import org.jspecify.annotations.Nullable;

/** What there is; also the form of {@code doctor --json}. */
public record Host(
    String version,
    List<Engine> engines,
    Processor processor,
    Kvm kvm,
    Java java,
    Memory memory,
    Tty terminal,
    Images images) {

  /** An engine; {@code detail} says what it is or why it does not run. */
  public record Engine(String name, boolean offered, String detail) {}

  /** /dev/kvm as this user finds it; {@code detail} is a phrase. */
  public record Kvm(boolean present, boolean usable, String detail) {}

  /** The Java that runs this program. */
  public record Java(String version, String vendor, String home) {}

  /** Host memory in MiB, null where the system does not say. */
  public record Memory(@Nullable Long totalMiB, @Nullable Long availableMiB) {}

  /** The terminal; rows and columns are 0 where it does not say. */
  public record Tty(
      boolean input, boolean output, boolean error, int rows, int columns, String type) {}

  /** Whether and where the default image can be made. */
  public record Images(@Nullable String apt, String folder, boolean writable) {}

  /** Looks at the host. */
  public static Host examine(
      String version, List<EngineOffer> engines, Folders folders, Map<String, String> environment) {
    return new Host(
        version,
        engines.stream()
            .map(e -> new Engine(e.name(), e.state() == EngineOffer.State.OFFERED, e.reason()))
            .toList(),
        Processor.read(Path.of("/proc/cpuinfo")),
        kvm(Path.of("/dev/kvm")),
        new Java(
            System.getProperty("java.version", "?"),
            System.getProperty("java.vendor", "?"),
            System.getProperty("java.home", "?")),
        memory(Path.of("/proc/meminfo")),
        terminal(environment),
        new Images(
            program("apt-get", environment),
            folders.cache().resolve("images").toString(),
            writable(folders.cache().resolve("images"))));
  }

  private static Kvm kvm(Path device) {
    if (!Files.exists(device)) {
      return new Kvm(false, false, "no " + device);
    }
    return Files.isReadable(device) && Files.isWritable(device)
        ? new Kvm(true, true, "this user may open it")
        : new Kvm(true, false, "this user may not open it (group kvm)");
  }

  private static Memory memory(Path meminfo) {
    Long total = null;
    Long available = null;
    try {
      for (String line : Files.readAllLines(meminfo)) {
        String[] words = line.split("\\s+", 3);
        if (words.length > 1 && words[1].matches("\\d{1,12}")) {
          switch (words[0]) {
            case "MemTotal:" -> total = Long.parseLong(words[1]) >> 10;
            case "MemAvailable:" -> available = Long.parseLong(words[1]) >> 10;
            default -> {}
          }
        }
      }
    } catch (IOException e) {
      // Not a Linux host: both stay unknown.
    }
    return new Memory(total, available);
  }

  private static Tty terminal(Map<String, String> environment) {
    Optional<Terminal> terminal = Terminal.open();
    return new Tty(
        terminal.isPresent(),
        Terminal.is(Stream.OUTPUT),
        Terminal.is(Stream.ERROR),
        terminal.map(Terminal::rows).orElse(0),
        terminal.map(Terminal::columns).orElse(0),
        environment.getOrDefault("TERM", ""));
  }

  private static @Nullable String program(String name, Map<String, String> environment) {
    for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
      if (folder.startsWith("/")) {
        Path file = Path.of(folder, name);
        if (Files.isExecutable(file)) {
          return file.toString();
        }
      }
    }
    return null;
  }

  /** Whether {@code folder} can be written, or made. */
  private static boolean writable(Path folder) {
    for (Path at = folder; at != null; at = at.getParent()) {
      if (Files.exists(at)) {
        return Files.isDirectory(at) && Files.isWritable(at);
      }
    }
    return false;
  }
}
