package jvisor.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Boots the same kernel and initial file system to its power-off, with {@code ./jvisor run} and
 * with QEMU's translator in turns, and prints wall times.
 */
public final class BootBench {
  private BootBench() {}

  /**
   * Runs the benchmark.
   *
   * @param arguments kernel, initial file system, number of runs of each, the command that starts
   *     Jvisor
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path kernel = Path.of(arguments[0]);
    Path initrd = Path.of(arguments[1]);
    int runs = Integer.parseInt(arguments[2]);
    List<String> ours = Peers.jvisor(arguments[3], "auto", kernel, initrd, Boot.APPEND);
    List<String> theirs = Peers.hasQemu() ? Peers.qemu(kernel, initrd, Boot.APPEND) : List.of();
    if (theirs.isEmpty()) {
      System.out.println("SKIPPED: QEMU is not installed; only Jvisor is measured");
    }
    List<Double> our = new ArrayList<>();
    List<Double> their = new ArrayList<>();
    for (int n = 0; n < runs; n++) {
      our.add(Boot.seconds(ours));
      System.out.printf("run %d: jvisor %.2f s%n", n + 1, our.getLast());
      if (!theirs.isEmpty()) {
        their.add(Boot.seconds(theirs));
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

  private static void report(String what, List<Double> ours, @Nullable List<Double> theirs) {
    double our = Statistics.median(ours);
    if (theirs == null) {
      System.out.printf("%s: jvisor %.2f s%n", what, our);
    } else {
      double their = Statistics.median(theirs);
      System.out.printf(
          "%s: jvisor %.2f s, qemu %.2f s, ratio %.2f%n", what, our, their, our / their);
    }
  }
}
