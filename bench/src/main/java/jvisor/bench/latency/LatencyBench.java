package jvisor.bench.latency;

import java.util.Locale;
import jvisor.machine.Processors;

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
    for (Work work : Work.values()) {
      for (boolean interruptible : new boolean[] {true, false}) {
        print(
            "request – processor's thread is out of guest code",
            guest(work, interruptible),
            Spinner.requests(work, interruptible, samples));
      }
    }
    print(
        "begin – end of a turn of 1,000 instructions",
        guest(Work.SPIN, false),
        Spinner.turns(samples));
    for (Work work : Work.values()) {
      print(
          "interrupt – first instruction of the guest's handler",
          guest(work, true),
          Spinner.interrupts(work, samples));
    }
    for (Work work : Work.values()) {
      print(
          "threads: another processor's interrupt – first instruction of the handler",
          guest(work, true),
          Signals.take(work, samples));
    }
    for (Processors processors : Processors.values()) {
      for (Work work : Work.values()) {
        for (boolean interruptible : new boolean[] {true, false}) {
          print(
              processors.name().toLowerCase(Locale.ROOT)
                  + ": request to stop – machine's loop has ended",
              guest(work, interruptible),
              Spinning.stops(work, interruptible, processors, MACHINES));
        }
      }
    }
  }

  private static String guest(Work work, boolean interruptible) {
    return work.text() + (interruptible ? ", IF=1" : ", IF=0");
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
