package jvisor.bench.latency;

import java.util.Locale;

/** Measures latencies and prints a table. */
public final class LatencyBench {
  private static final int SAMPLES = 20_000;
  private static final int MACHINES = 100;

  private LatencyBench() {}

  /** With the number of requests as argument, or without. */
  public static void main(String[] args) throws Exception {
    int samples = args.length > 0 ? Integer.parseInt(args[0]) : SAMPLES;
    System.out.println("| from – to | guest | samples | median µs | 99 % µs | greatest µs |");
    System.out.println("|---|---|---|---|---|---|");
    for (boolean interruptible : new boolean[] {true, false}) {
      String guest = interruptible ? "spins, IF=1" : "spins, IF=0";
      print(
          "request – processor's thread is out of guest code",
          guest,
          Spinner.requests(interruptible, samples));
    }
    print("begin – end of a turn of 1,000 instructions", "spins, IF=0", Spinner.turns(samples));
    print(
        "interrupt – first instruction of the guest's handler",
        "spins, IF=1",
        Spinner.interrupts(samples));
    for (boolean interruptible : new boolean[] {true, false}) {
      String guest = interruptible ? "spins, IF=1" : "spins, IF=0";
      print(
          "request to stop – machine's loop has ended",
          guest,
          Spinning.stops(interruptible, MACHINES));
    }
  }

  private static void print(String what, String guest, Samples samples) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %,d | %.1f | %.1f | %.1f |%n",
        what,
        guest,
        samples.count(),
        samples.quantile(0.5) / 1e3,
        samples.quantile(0.99) / 1e3,
        samples.quantile(1) / 1e3);
  }
}
