package jvisor.cpu.oracle;

import java.io.IOException;
import java.util.List;
import jvisor.isa.Row;

/** Runs random cases on the host and on our engines. */
final class Oracle implements AutoCloseable {
  /** Told of every case. */
  interface Witness {
    /**
     * @param difference empty if the host and we agree
     */
    void saw(Row row, long number, CaseState before, CaseState host, String difference);
  }

  private final HostProcessor host = new HostProcessor();
  private final Judge judge = new Judge();
  private final CaseGenerator generator;
  private final List<Row> rows;

  Oracle(CaseKind kind, List<Row> rows) throws IOException {
    generator = new CaseGenerator(kind);
    this.rows = List.copyOf(rows);
  }

  /** Runs the cases {@code first} to {@code last} - 1 of {@code seed}; they take rows by turns. */
  void run(long seed, long first, long last, Witness witness) {
    for (long number = first; number < last; number += HostProgram.BATCH) {
      int count = (int) Math.min(HostProgram.BATCH, last - number);
      for (int n = 0; n < count; n++) {
        draw(n, seed, number + n);
      }
      run(count, seed, number);
      for (int n = 0; n < count; n++) {
        CaseState before = host.before(n);
        CaseState after = host.after(n);
        Comparison.normalize(after, CaseGenerator.decode(before));
        String difference = judge.difference(before, after);
        witness.saw(row(number + n), number + n, before, after, difference);
      }
    }
  }

  private void run(int count, long seed, long number) {
    try {
      host.run(count);
    } catch (HostProcessor.Crash e) {
      CaseState before = host.before(e.index);
      String line = CaseText.line(seed, number + e.index, before, "");
      throw new IllegalStateException(e.getMessage() + " in " + line, e);
    }
  }

  private void draw(int n, long seed, long number) {
    Row row = row(number);
    if (generator.generate(host.before(n), Draw.of(seed, number), row) == null) {
      throw new IllegalStateException("no case of " + row);
    }
  }

  private Row row(long number) {
    return rows.get((int) (number % rows.size()));
  }

  @Override
  public void close() throws IOException {
    host.close();
    judge.close();
  }
}
