package jvisor.cpu.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jvisor.isa.Row;

/** Single cases on the host and on our engines. */
final class Trial implements AutoCloseable {
  private HostProcessor host;
  private final Judge judge;

  /** Takes over {@code judge} and closes it. */
  Trial(Judge judge) throws IOException {
    this.judge = judge;
    host = new HostProcessor();
  }

  /** Runs a case on the host; the answer is normalized and holds until the next case. */
  CaseState host(CaseState before) {
    host.before(0).copyFrom(before);
    host.run(1);
    Comparison.normalize(host.after(0), CaseGenerator.decode(before));
    return host.after(0);
  }

  /** What differs between the host and us; empty also if the host's process dies of the case. */
  String difference(CaseState before) {
    if (Exemptions.isLeftOpen(before)) {
      return "";
    }
    try {
      return judge.difference(before, host(before));
    } catch (HostProcessor.Crash e) {
      restart();
      return "";
    }
  }

  /**
   * Makes a case that differs as simple as can be: what remains is of the same row and differs in
   * nothing in which it did not differ before. Answers the line that describes it.
   */
  String shrink(CaseState before) {
    Row row = CaseGenerator.decode(before).row;
    Set<String> names = Comparison.names(difference(before));
    new Shrinker(candidate ->
        CaseGenerator.decode(candidate).row == row
            && isPartOf(Comparison.names(difference(candidate)), names))
        .shrink(before);
    return CaseText.line(before, difference(before));
  }

  /** Shrinks the cases in these lines, which have their number as the last word of the comment. */
  static List<String> shrink(List<String> lines) {
    List<String> shrunk = new ArrayList<>();
    try (Trial trial = new Trial(new Judge());
        Arena arena = Arena.ofConfined()) {
      CaseState before = CaseState.in(arena);
      for (String line : lines) {
        CaseText.parse(line, before, before);
        boolean again = !trial.difference(before).isEmpty();
        String number = line.substring(line.lastIndexOf(' '));
        shrunk.add(again ? trial.shrink(before) + number : line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return shrunk;
  }

  private static boolean isPartOf(Set<String> names, Set<String> all) {
    return !names.isEmpty() && all.containsAll(names);
  }

  private void restart() {
    try {
      host.close();
      host = new HostProcessor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    host.close();
    judge.close();
  }
}
