package jvisor.bench.programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jvisor.bench.Peers;
import tools.jackson.databind.json.JsonMapper;

/** What a reader needs to know of the machine to repeat a measurement. */
final class Facts {
  private Facts() {}

  /** Of this host, Jvisor's sources in {@code root} and the default image in {@code image}. */
  static Map<String, String> gather(Path root, Path image, String engine)
      throws IOException, InterruptedException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "processor",
        "%s, %d of them"
            .formatted(
                value(Path.of("/proc/cpuinfo"), "model name").orElse("unknown"),
                Runtime.getRuntime().availableProcessors()));
    facts.put(
        "host",
        "%s %s, load average %s at the start"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Files.readString(Path.of("/proc/loadavg")).replaceFirst(" (?s:.*)", "")));
    facts.put(
        "Jvisor", "%s, engine %s, Java %s".formatted(commit(root), engine, Runtime.version()));
    if (Peers.hasQemu()) {
      facts.put("QEMU", firstLine(List.of("qemu-system-x86_64", "--version")));
    }
    facts.put(
        "guest",
        JsonMapper.shared()
            .readTree(Files.readString(image.resolve("image.json")))
            .path("kernel")
            .asString("unknown"));
    facts.put("compiler", firstLine(List.of("gcc", "--version")));
    return facts;
  }

  private static String commit(Path root) throws InterruptedException {
    try {
      return "commit "
          + firstLine(List.of("git", "-C", root.toString(), "describe", "--always", "--dirty"));
    } catch (IOException e) {
      return "no commit";
    }
  }

  private static String firstLine(List<String> command) throws IOException, InterruptedException {
    return Tool.output(command).lines().findFirst().orElse("");
  }

  private static Optional<String> value(Path file, String key) throws IOException {
    return Files.readString(file)
        .lines()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }
}
