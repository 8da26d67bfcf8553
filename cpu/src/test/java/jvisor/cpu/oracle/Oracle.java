package jvisor.cpu.oracle;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import jvisor.isa.Insn;
import jvisor.isa.Row;
import org.jspecify.annotations.Nullable;

/** Runs random cases on the host and on the interpreter, with and without its fast forms. */
final class Oracle implements AutoCloseable {
  /** Told of every case. */
  interface Witness {
    /**
     * @param difference empty if the host and we agree
     */
    void saw(Row row, long number, CaseState before, CaseState host, String difference);
  }

  private final HostProcessor host = new HostProcessor();
  private final GuestProcessor semantics = new GuestProcessor(false);
  private final GuestProcessor fast = new GuestProcessor(true);
  private final CaseGenerator generator = new CaseGenerator();
  private final Arena arena = Arena.ofConfined();
  private final CaseState ours = new CaseState(arena.allocate(CaseState.SIZE, 64).address());
  private final @Nullable Insn[] insns = new Insn[HostProgram.BATCH];
  private final List<Row> rows;

  Oracle(List<Row> rows) throws IOException {
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
        judge(n, number + n, witness);
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
    Insn i = generator.generate(host.before(n), Draw.of(seed, number), row);
    if (i == null) {
      throw new IllegalStateException("no case of " + row);
    }
    insns[n] = i;
  }

  private Row row(long number) {
    return rows.get((int) (number % rows.size()));
  }

  private void judge(int n, long number, Witness witness) {
    Insn i = insns[n];
    CaseState before = host.before(n);
    CaseState after = host.after(n);
    Comparison.normalize(after, i);
    String difference = "";
    semantics.run(before, ours);
    Comparison.normalize(ours, i);
    Exemptions.apply(i, before, after, ours);
    if (!Comparison.same(after, ours, i)) {
      difference = Comparison.difference(after, ours, i);
    } else {
      fast.run(before, ours);
      Comparison.normalize(ours, i);
      Exemptions.apply(i, before, after, ours);
      if (!Comparison.same(after, ours, i)) {
        difference = " (fast)" + Comparison.difference(after, ours, i);
      }
    }
    witness.saw(row(number), number, before, after, difference);
  }

  @Override
  public void close() throws IOException {
    host.close();
    semantics.close();
    fast.close();
    arena.close();
  }
}
