package jvisor.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The command lines of what is compared: the same kernel on Jvisor and on QEMU's translator. */
public final class Peers {
  private static final String QEMU = "qemu-system-x86_64";
  private static final String MEGABYTES = "512";

  private Peers() {}

  /** Whether QEMU is on the PATH. */
  public static boolean hasQemu() {
    return installed(QEMU);
  }

  /** Whether {@code program} is on the PATH. */
  public static boolean installed(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(":")).anyMatch(p -> Files.isExecutable(Path.of(p, program)));
  }

  /**
   * Boots {@code kernel} with {@code initrd} on one processor of Jvisor, whose start script is
   * {@code jvisor}; the serial line is standard input and output.
   */
  public static List<String> jvisor(
      String jvisor, String engine, Path kernel, Path initrd, String append) {
    return List.of(
        jvisor,
        "run",
        "--engine",
        engine,
        "--memory",
        MEGABYTES + "M",
        "--kernel",
        kernel.toString(),
        "--initrd",
        initrd.toString(),
        "--append",
        append);
  }

  /** The same on QEMU. */
  public static List<String> qemu(Path kernel, Path initrd, String append) {
    return List.of(
        QEMU,
        "-accel",
        "tcg",
        "-M",
        "q35",
        "-cpu",
        "max",
        "-m",
        MEGABYTES,
        "-kernel",
        kernel.toString(),
        "-initrd",
        initrd.toString(),
        "-append",
        append,
        "-nographic",
        "-no-reboot");
  }
}
