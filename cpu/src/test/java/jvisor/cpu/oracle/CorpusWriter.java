package jvisor.cpu.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.isa.Insn;
import jvisor.isa.Row;
import jvisor.isa.Table;

/**
 * Writes the corpus: {@code CorpusWriter KIND FILE CASES SEED} stores so many cases of each row
 * with the host's results. A case loses all that its instruction neither reads nor changes.
 */
public final class CorpusWriter implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final GuestProcessor processor =
      new GuestProcessor(EngineKind.SEMANTICS, InstructionSet.semantics());
  private final CaseState before = CaseState.in(arena);
  private final CaseState drawn = CaseState.in(arena);
  private final CaseState lastBefore = CaseState.in(arena);
  private final CaseState lastAfter = CaseState.in(arena);
  private final CaseState after = CaseState.in(arena);
  private final Shrinker shrinker = new Shrinker(this::hasTheSameEffect);
  private final CaseGenerator generator;

  private CorpusWriter(CaseKind kind) {
    generator = new CaseGenerator(kind);
  }

  /** Entry point; see the class. */
  public static void main(String[] args) throws IOException {
    CaseKind kind = CaseKind.valueOf(args[0]);
    int cases = Integer.parseInt(args[2]);
    long seed = Long.parseLong(args[3]);
    List<Row> rows = Table.ROWS.stream().filter(Exemptions::runsOnHost).filter(kind::has).toList();
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(Path.of(args[1])));
        Trial trial = new Trial(new Judge());
        CorpusWriter writer = new CorpusWriter(kind)) {
      for (int n = 0; n < rows.size(); n++) {
        Set<String> lines = new LinkedHashSet<>();
        for (int attempt = 0; attempt < 4 * cases && lines.size() < cases; attempt++) {
          Draw d = Draw.of(seed, (long) attempt * rows.size() + n);
          lines.add(writer.draw(trial, d, rows.get(n)));
        }
        for (String line : lines) {
          out.write((line + "\n").getBytes(UTF_8));
        }
      }
    }
  }

  private String draw(Trial trial, Draw d, Row row) {
    Insn i = generator.generate(before, d, row);
    if (i == null) {
      throw new IllegalStateException("no case of " + row);
    }
    lastBefore.copyFrom(before);
    drawn.copyFrom(before);
    run(lastBefore, lastAfter);
    shrinker.shrinkState(before);
    // What the host has and we do not may tell apart what is the same to us.
    CaseState agreed = trial.difference(before).isEmpty() ? before : drawn;
    String difference = trial.difference(agreed);
    String line = CaseText.line(agreed, trial.host(agreed));
    if (!difference.isEmpty()) {
      throw new IllegalStateException(line + difference);
    }
    return line.substring(0, line.indexOf(" #"));
  }

  private void run(CaseState from, CaseState to) {
    to.copyFrom(from);
    processor.run(from, to);
    Comparison.normalize(to, CaseGenerator.decode(from));
  }

  /**
   * Whether the candidate ends as the last one that did: all parts that are the same before are the
   * same afterwards, others are left alone or get the same value. If so it is the last one now.
   */
  private boolean hasTheSameEffect(CaseState candidate) {
    if (Exemptions.isLeftOpen(candidate)) {
      return false;
    }
    run(candidate, after);
    for (CaseField field : CaseField.RESULT) {
      boolean kept = field.offset() == CaseState.VECTOR || field.same(candidate, lastBefore);
      boolean untouched = field.same(after, candidate) && field.same(lastAfter, lastBefore);
      if (!field.same(after, lastAfter) && (kept || !untouched)) {
        return false;
      }
    }
    for (int at = CaseState.MEMORY; at < CaseState.SIZE; at += 8) {
      boolean kept = candidate.get(at) == lastBefore.get(at);
      boolean untouched =
          after.get(at) == candidate.get(at) && lastAfter.get(at) == lastBefore.get(at);
      if (after.get(at) != lastAfter.get(at) && (kept || !untouched)) {
        return false;
      }
    }
    lastBefore.copyFrom(candidate);
    lastAfter.copyFrom(after);
    return true;
  }

  @Override
  public void close() {
    processor.close();
    arena.close();
  }
}
