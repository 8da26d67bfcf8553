package jvisor.cpu.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import jvisor.isa.Row;

/** Runs cases in as many threads as there are processors, each with a process of its own. */
final class ParallelRun {
  private static final int ENOUGH = 50;
  private static final int SHARE = 64 * HostProgram.BATCH;

  private final CaseKind kind;
  private final List<Row> rows;
  private final long seed;
  private final long cases;
  private Consumer<Row> passed = row -> {};
  private final AtomicLong next = new AtomicLong();
  private final List<String> mismatches = Collections.synchronizedList(new ArrayList<>());

  /** Cases of those of {@code rows} that have cases of {@code kind}. */
  ParallelRun(CaseKind kind, List<Row> rows, long seed, long cases) {
    this.kind = kind;
    this.rows = rows.stream().filter(kind::has).toList();
    this.seed = seed;
    this.cases = cases;
  }

  /** Has {@code passed} told of the row of every case that agrees; from any thread. */
  void watch(Consumer<Row> passed) {
    this.passed = passed;
  }

  /** Runs all cases, or until there are many mismatches, and answers a line for each mismatch. */
  List<String> mismatches() {
    int threads = Runtime.getRuntime().availableProcessors();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> runs = new ArrayList<>();
      for (int n = 0; n < threads; n++) {
        runs.add(executor.submit(this::work));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return Trial.shrink(mismatches);
  }

  private void work() {
    try (Oracle oracle = new Oracle(kind, rows)) {
      for (long first = next.getAndAdd(SHARE);
          first < cases && mismatches.size() < ENOUGH;
          first = next.getAndAdd(SHARE)) {
        oracle.run(
            seed,
            first,
            Math.min(cases, first + SHARE),
            (row, number, before, host, difference) -> {
              if (!difference.isEmpty()) {
                mismatches.add(CaseText.line(seed, number, before, difference));
              } else {
                passed.accept(row);
              }
            });
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
