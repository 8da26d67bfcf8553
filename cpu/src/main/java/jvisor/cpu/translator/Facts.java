package jvisor.cpu.translator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What comparisons have proved on all ways to one place, and what follows from it together. */
final class Facts {
  private final Set<Fact> all = new HashSet<>();

  Facts copy() {
    Facts copy = new Facts();
    copy.all.addAll(all);
    return copy;
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof Facts other && all.equals(other.all);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }

  boolean has(Fact fact) {
    return all.contains(fact);
  }

  void add(Fact fact) {
    all.add(fact);
  }

  void drop(Fact fact) {
    all.remove(fact);
  }

  void dropIf(Predicate<Fact> which) {
    all.removeIf(which);
  }

  /**
   * Keeps only what {@code other} has as well: of rounds off the budget, as many as are for both.
   */
  void meet(Facts other) {
    long rounds = Math.min(lowered(), other.lowered());
    List<Fact> common = new ArrayList<>();
    for (Fact fact : all) {
      if (fact.isOfWord()) {
        other.all.stream().map(fact::and).filter(Objects::nonNull).forEach(common::add);
      }
    }
    all.removeIf(fact -> fact.isOfWord() || !other.all.contains(fact));
    all.addAll(widest(common));
    setLowered(rounds);
  }

  /** Those of which no other says more: fewer come to rest sooner. */
  private static List<Fact> widest(List<Fact> some) {
    return some.stream()
        .filter(fact ->
            some.stream().noneMatch(other -> !other.equals(fact) && fact.equals(fact.and(other))))
        .toList();
  }

  /** A comparison has proved {@code fact}, and what that makes of others. */
  void learn(Fact fact) {
    if (fact.kind() == Fact.Kind.SAME_PAGE) {
      all.addAll(all.stream().map(fact::joins).filter(Objects::nonNull).toList());
    } else {
      all.add(fact);
    }
  }

  /** RAX or RDX has changed. */
  void dividendChanged() {
    all.removeIf(Fact::isOfDividend);
    all.removeIf(fact -> fact.kind() == Fact.Kind.WIDENED && fact.from() == Registers.RAX);
  }

  /** The word of a level at offset {@code word} of the struct is that in force. */
  void contextStored(long word) {
    List<Fact> matches =
        all.stream()
            .filter(fact -> fact.kind() == Fact.Kind.CONTEXT_MATCHES && fact.from() == word)
            .map(fact -> Fact.matches(Fact.Kind.CONTEXT_MATCHES, fact.id()))
            .toList();
    all.removeIf(fact -> fact.kind() == Fact.Kind.CONTEXT_MATCHES && fact.from() == 0);
    all.addAll(matches);
  }

  /** What has been admitted in a frame, said of the word {@code id} that gets its hva. */
  List<Fact> ofWord(int id, Known frame) {
    return widest(
        all.stream()
            .filter(fact ->
                fact.isOfProbe()
                    && !fact.isOfElements()
                    && fact.id() == frame.id()
                    && fact.entry() == frame.entry())
            .map(fact ->
                new Fact(
                    fact.kind(),
                    id,
                    Math.max(fact.from() - frame.add(), 0),
                    fact.to() - frame.add(),
                    0))
            .toList());
  }

  /** Whether bytes have been found to be in the page of a slot. */
  boolean isInSlot(int slot, Known sum) {
    for (Fact fact : all) {
      if (fact.entry() == Fact.through(slot) && fact.id() == sum.id() && fact.from() == sum.add()) {
        return true;
      }
    }
    return false;
  }

  /** Whether a value is the extension of its own lower half. */
  boolean isWidened(int id) {
    for (Fact fact : all) {
      if (fact.kind() == Fact.Kind.WIDENED && fact.id() == id) {
        return true;
      }
    }
    return false;
  }

  /** Whether the bytes that a probe has admitted stay in their page when moved by so many. */
  boolean reaches(Fact admitted, long by) {
    for (Fact fact : all) {
      boolean same =
          fact.id() == admitted.id()
              && (fact.kind() == Fact.Kind.REACHES_UP && fact.to() == admitted.to()
                  || fact.kind() == Fact.Kind.REACHES_DOWN && fact.to() == admitted.from());
      if (same && fact.allows(by, lowered())) {
        return true;
      }
    }
    return false;
  }

  /** Whether a probe admits an access to {@code size} bytes at {@code frame + displacement}. */
  boolean admits(Known frame, long displacement, int size, boolean write) {
    long rounds = has(Fact.IN_BUDGET) ? lowered() : 0;
    for (Fact fact : all) {
      if (fact.admits(frame, displacement, size, write)
          || rounds > 0
              && fact.isOfProbe()
              && afterRounds(fact, rounds).admits(frame, displacement, size, write)) {
        return true;
      }
    }
    return false;
  }

  /** What a probe has admitted, with all that is as many rounds further. */
  private Fact afterRounds(Fact probe, long rounds) {
    long from = probe.from();
    long to = probe.to();
    for (Fact fact : all) {
      boolean same = fact.id() == probe.id();
      if (same && fact.kind() == Fact.Kind.REACHES_UP && fact.to() == probe.to()) {
        to = Math.max(to, probe.to() + (rounds << fact.from()));
      } else if (same && fact.kind() == Fact.Kind.REACHES_DOWN && fact.to() == probe.from()) {
        from = Math.min(from, probe.from() - (rounds << fact.from()));
      }
    }
    return new Fact(probe.kind(), probe.id(), from, to, probe.entry());
  }

  /** How many rounds have been taken off the budget since it was found how many it is for. */
  long lowered() {
    return number(Fact.Kind.LOWERED);
  }

  /** So many rounds are off the budget since then; if 0, that is not known any more. */
  void setLowered(long rounds) {
    dropIf(fact -> fact.kind() == Fact.Kind.LOWERED);
    if (rounds > 0) {
      add(Fact.lowered(rounds));
    }
  }

  /** How many instructions have been taken off a budget that sufficed; 0 if not known. */
  long owed() {
    return number(Fact.Kind.OWED);
  }

  private long number(Fact.Kind kind) {
    for (Fact fact : all) {
      if (fact.kind() == kind) {
        return fact.from();
      }
    }
    return 0;
  }

  /** How many rounds it takes at most for values to move by so many bytes. */
  long roundsMoved(Map<Integer, Long> moved) {
    long most = 0;
    for (Fact fact : all) {
      Long by = moved.get(fact.id());
      if (by != null && fact.isReach()) {
        most = Math.max(most, Math.ceilDiv(Math.abs(by), 1L << fact.from()));
      }
    }
    return most;
  }

  /** All that has admitted the first byte of a page's sum through the TLB entry of that. */
  List<Fact> admitted(Known page, boolean write) {
    return all.stream()
        .filter(fact ->
            fact.kind() == Fact.Kind.ADMITTED_WRITE
                || fact.kind() == Fact.Kind.ADMITTED_READ && !write)
        .filter(fact ->
            fact.id() == page.id() && fact.from() == page.add() && fact.entry() == page.add())
        .toList();
  }

  /** Whether the budget has been found to suffice for so many instructions of several blocks. */
  boolean isInBudget(long instructions) {
    for (Fact fact : all) {
      if (fact.kind() == Fact.Kind.IN_BUDGET && fact.from() >= instructions) {
        return true;
      }
    }
    return false;
  }
}
