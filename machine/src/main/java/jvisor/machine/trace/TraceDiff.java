package jvisor.machine.trace;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jvisor.machine.trace.TraceRecord.Change;
import jvisor.machine.trace.TraceRecord.Effects;
import org.jspecify.annotations.Nullable;

/** Finds where two runs part. */
public final class TraceDiff {
  /**
   * The first record that is not the same in both.
   *
   * @param before the last records that are, oldest first
   * @param a what the first trace has there, or null if it ends
   * @param b what the second has
   * @param what names what differs, in a few words
   */
  public record Difference(
      List<TraceRecord> before, @Nullable TraceRecord a, @Nullable TraceRecord b, String what) {}

  /** One of the two cannot be read. */
  public static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean first;
    private final IOException why;

    Unreadable(boolean first, IOException why) {
      super(why);
      this.first = first;
      this.why = why;
    }

    /** Whether it is the first one. */
    public boolean first() {
      return first;
    }

    /** What is wrong. */
    public IOException why() {
      return why;
    }
  }

  private final TraceReader a;
  private final TraceReader b;
  private final int context;
  private long compared;

  /** Compares what {@code a} and {@code b} have not read yet; keeps {@code context} records. */
  public TraceDiff(TraceReader a, TraceReader b, int context) {
    this.a = a;
    this.b = b;
    this.context = context;
  }

  /** Instructions that both traces have and that are the same. */
  public long compared() {
    return compared;
  }

  /**
   * Looks for the first difference. Traces that begin at different counts are compared from the
   * first instruction that both have.
   */
  public Optional<Difference> find() throws Unreadable {
    TraceRecord one = next(a);
    TraceRecord two = next(b);
    if (one != null && two != null) {
      long first = Math.max(one.place().completed(), two.place().completed());
      if (one.place().completed() != two.place().completed()) {
        one = instruction(a, one, first);
        two = instruction(b, two, first);
      }
    }
    Deque<TraceRecord> before = new ArrayDeque<>();
    while (Objects.equals(one, two)) {
      if (one == null) {
        return Optional.empty();
      }
      if (before.size() == context) {
        before.removeFirst();
      }
      before.addLast(one);
      compared += one instanceof TraceRecord.Instruction i && i.completed() ? 1 : 0;
      one = next(a);
      two = next(b);
    }
    return Optional.of(new Difference(new ArrayList<>(before), one, two, what(one, two)));
  }

  private @Nullable TraceRecord next(TraceReader reader) throws Unreadable {
    try {
      return reader.next();
    } catch (IOException e) {
      throw new Unreadable(reader == a, e);
    }
  }

  private @Nullable TraceRecord instruction(TraceReader reader, TraceRecord start, long first)
      throws Unreadable {
    TraceRecord record = start;
    if (start.place().completed() < first) {
      try {
        record = reader.skipTo(first);
      } catch (IOException e) {
        throw new Unreadable(reader == a, e);
      }
    }
    while (record != null && !(record instanceof TraceRecord.Instruction)) {
      record = next(reader);
    }
    return record;
  }

  private static String what(@Nullable TraceRecord one, @Nullable TraceRecord two) {
    if (one == null || two == null) {
      return one == null ? "the first trace ends" : "the second trace ends";
    }
    if (one.getClass() != two.getClass()) {
      return "what happens";
    }
    if (!one.place().equals(two.place())) {
      return one.place().rip() != two.place().rip() ? "the address" : "the processor's mode";
    }
    if (one instanceof TraceRecord.Instruction i
        && two instanceof TraceRecord.Instruction j
        && !Arrays.equals(i.bytes(), j.bytes())) {
      return "the instruction's bytes";
    }
    if (one.effects().equals(two.effects())) {
      return "how it ends";
    }
    return effects(one.effects(), two.effects());
  }

  private static String effects(Effects one, Effects two) {
    List<String> names =
        Stream.concat(
                one.changes().stream().filter(change -> !two.changes().contains(change)),
                two.changes().stream().filter(change -> !one.changes().contains(change)))
            .map(Change::register)
            .distinct()
            .sorted()
            .map(number -> TraceRegister.of(number).name())
            .collect(Collectors.toCollection(ArrayList::new));
    if (!one.accesses().equals(two.accesses())) {
      names.add("an access");
    }
    return String.join(", ", names);
  }
}
