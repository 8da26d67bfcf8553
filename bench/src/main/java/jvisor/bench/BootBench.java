package jvisor.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Boots the same kernel and initial file system to its power-off, with {@code ./jvisor run} and
 * with QEMU's translator in turns, and prints wall times.
 */
public final class BootBench {
  private static final String QEMU = "qemu-system-x86_64";
  private static final String APPEND = "console=ttyS0";
  private static final String PROMPT = "# ";

  private BootBench() {}

  /**
   * Runs the benchmark.
   *
   * @param arguments kernel, initial file system, number of runs of each, the command that starts
   *     Jvisor
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String kernel = arguments[0];
    String initrd = arguments[1];
    int runs = Integer.parseInt(arguments[2]);
    List<String> ours =
        List.of(arguments[3], "run", "--kernel", kernel, "--initrd", initrd, "--append", APPEND);
    List<String> theirs = qemu(kernel, initrd);
    if (theirs.isEmpty()) {
      System.out.println("SKIPPED: " + QEMU + " is not installed; only Jvisor is measured");
    }
    List<Double> our = new ArrayList<>();
    List<Double> their = new ArrayList<>();
    for (int n = 0; n < runs; n++) {
      our.add(time(ours));
      System.out.printf("run %d: jvisor %.2f s%n", n + 1, our.getLast());
      if (!theirs.isEmpty()) {
        their.add(time(theirs));
        System.out.printf("run %d: qemu   %.2f s%n", n + 1, their.getLast());
      }
    }
    report("first run", our.subList(0, 1), their.isEmpty() ? null : their.subList(0, 1));
    if (runs > 1) {
      report(
          "later runs, median",
          our.subList(1, runs),
          their.isEmpty() ? null : their.subList(1, runs));
    }
  }

  private static List<String> qemu(String kernel, String initrd) {
    String path = System.getenv().getOrDefault("PATH", "");
    boolean there =
        Arrays.stream(path.split(":")).anyMatch(p -> Files.isExecutable(Path.of(p, QEMU)));
    return there
        ? List.of(
            QEMU,
            "-accel",
            "tcg",
            "-M",
            "q35",
            "-cpu",
            "max",
            "-m",
            "512",
            "-kernel",
            kernel,
            "-initrd",
            initrd,
            "-append",
            APPEND,
            "-nographic",
            "-no-reboot")
        : List.of();
  }

  private static void report(String what, List<Double> ours, @Nullable List<Double> theirs) {
    if (theirs == null) {
      System.out.printf("%s: jvisor %.2f s%n", what, median(ours));
    } else {
      double ratio = median(ours) / median(theirs);
      System.out.printf(
          "%s: jvisor %.2f s, qemu %.2f s, ratio %.2f%n",
          what, median(ours), median(theirs), ratio);
    }
  }

  private static double median(List<Double> times) {
    double[] sorted = times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** Seconds from start to end; the guest is asked to power off once its shell prompts. */
  private static double time(List<String> command) throws IOException, InterruptedException {
    StringBuilder said = new StringBuilder();
    boolean asked = false;
    long start = System.nanoTime();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (Reader output = process.inputReader(StandardCharsets.ISO_8859_1);
        OutputStream console = process.getOutputStream()) {
      for (int next = output.read(); next >= 0; next = output.read()) {
        said.append((char) next);
        if (!asked && next == ' ' && said.lastIndexOf(PROMPT) == said.length() - PROMPT.length()) {
          asked = true;
          console.write("poweroff\n".getBytes(StandardCharsets.US_ASCII));
          console.flush();
        }
      }
    }
    int status = process.waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (status != 0 || !asked) {
      throw new IOException("exit status " + status + ", no power-off:\n" + said);
    }
    return seconds;
  }
}
