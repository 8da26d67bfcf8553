package jvisor.cpu.translator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import jvisor.cpu.translator.Known.Kind;
import org.jspecify.annotations.Nullable;

/** What is known before one instruction, whichever way it is reached. */
final class Knowledge {
  private static final int REGISTERS = 16;

  /** No condition of a branch. */
  private static final int NEVER = -1;

  /** The word {@link Words#TARGET_CODE}, as if it were a register. */
  static final int TARGET_CODE = REGISTERS;

  /** From here on: what {@link LevelRules} follows. */
  private static final int IN_FORCE = TARGET_CODE + 1;

  private static final int SLOTS = IN_FORCE + LevelRules.WORDS;

  private static final int STREAM_WORDS = SLOTS + Frames.COUNT;

  private final Known[] registers;
  private final Set<Fact> facts;

  /** What a branch would prove, and on which condition; null if flags tell nothing. */
  private @Nullable Fact pending;

  private int condition;

  /** The instructions of a round. */
  private final int block;

  private Knowledge(Known[] registers, Set<Fact> facts, int block) {
    this.registers = registers;
    this.facts = facts;
    this.block = block;
  }

  /** What is known wherever emitted code of a block of so many instructions is entered. */
  static Knowledge atEntry(int block) {
    Known[] registers = new Known[STREAM_WORDS + StreamRules.WORDS];
    Arrays.fill(registers, Known.ANYTHING);
    Arrays.fill(registers, IN_FORCE, SLOTS, Known.UNTOUCHED);
    registers[Registers.STATE] = Known.STATE;
    return new Knowledge(registers, new HashSet<>(), block);
  }

  Knowledge copy() {
    Knowledge copy = new Knowledge(registers.clone(), new HashSet<>(facts), block);
    copy.pending = pending;
    copy.condition = condition;
    return copy;
  }

  /** Keeps only what {@code other} knows as well. */
  void meet(Knowledge other) {
    List<Fact> common = new ArrayList<>();
    for (Fact fact : facts) {
      if (fact.isOfWord()) {
        other.facts.stream().map(fact::and).filter(Objects::nonNull).forEach(common::add);
      }
    }
    facts.removeIf(fact -> fact.isOfWord() || !other.facts.contains(fact));
    facts.addAll(widest(common));
    for (int i = 0; i < registers.length; i++) {
      Known both = registers[i].or(other.registers[i]);
      registers[i] = both;
    }
    Fact mine = pending;
    if (mine != null && (!mine.equals(other.pending) || condition != other.condition)) {
      pending = null;
    }
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof Knowledge other
        && Arrays.equals(registers, other.registers)
        && facts.equals(other.facts)
        && Objects.equals(pending, other.pending)
        && (pending == null || condition == other.condition);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(registers);
  }

  /** How many instructions a round has. */
  int block() {
    return block;
  }

  Known get(int register) {
    return registers[register];
  }

  /** What is known of a slot of {@link Frames}. */
  Known slot(int slot) {
    return registers[SLOTS + slot];
  }

  /** A slot has changed: what has been found to be in its page is not any more. */
  void setSlot(int slot, Known known) {
    registers[SLOTS + slot] = known;
    facts.removeIf(fact -> fact.entry() == Fact.through(slot));
  }

  /** Whether bytes have been found to be in the page of a slot. */
  boolean isInSlot(int slot, Known sum) {
    for (Fact fact : facts) {
      if (fact.entry() == Fact.through(slot) && fact.id() == sum.id() && fact.from() == sum.add()) {
        return true;
      }
    }
    return false;
  }

  /** What is known of a register, which gets the number {@code id} if it has none. */
  Known named(int register, int id) {
    switch (registers[register].kind()) {
      case ANYTHING, CONSTANT, LOW, HIGH, PAIR, SIGN -> {
        forget(id);
        registers[register] = Known.value(id);
      }
      default -> {}
    }
    return registers[register];
  }

  void set(int register, Known known) {
    registers[register] = known;
    if (register == Registers.RAX || register == Registers.RDX) {
      dividendChanged();
    }
  }

  private void dividendChanged() {
    for (int i = 0; i < registers.length; i++) {
      switch (registers[i].kind()) {
        case LOW, HIGH, PAIR -> registers[i] = Known.ANYTHING;
        default -> {}
      }
    }
    facts.removeIf(Fact::isOfDividend);
    facts.removeIf(fact -> fact.kind() == Fact.Kind.WIDENED && fact.from() == Registers.RAX);
    Fact mine = pending;
    if (mine != null && mine.isOfDividend()) {
      pending = null;
    }
  }

  /** Whether a value is the extension of its own lower half. */
  boolean isWidened(int id) {
    for (Fact fact : facts) {
      if (fact.kind() == Fact.Kind.WIDENED && fact.id() == id) {
        return true;
      }
    }
    return false;
  }

  /** The number {@code id} is given anew, to another value. */
  void forget(int id) {
    for (int i = 0; i < registers.length; i++) {
      if (registers[i].dependsOn(id)) {
        registers[i] = Known.ANYTHING;
      }
    }
    facts.removeIf(fact -> fact.dependsOn(id));
    Fact mine = pending;
    if (mine != null && mine.dependsOn(id)) {
      pending = null;
    }
  }

  /** What is known of a word of {@link StreamRules}. */
  Known streamWord(int word) {
    return registers[STREAM_WORDS + word];
  }

  void setStreamWord(int word, Known known) {
    registers[STREAM_WORDS + word] = known;
  }

  /**
   * What a word of {@link StreamRules} holds that gets an hva: one with the word's own number, so
   * that whoever else stores the like says the same.
   */
  Known framed(int word, Known frame) {
    int id = -1 - word;
    List<Fact> own =
        facts.stream()
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
            .toList();
    forget(id);
    facts.addAll(widest(own));
    return new Known(Kind.FRAME, id, 0, 0);
  }

  /** Those of which no other says more: fewer come to rest sooner. */
  private static List<Fact> widest(List<Fact> some) {
    return some.stream()
        .filter(fact ->
            some.stream().noneMatch(other -> !other.equals(fact) && fact.equals(fact.and(other))))
        .toList();
  }

  /** All that is known to be a {@link Kind#STREAM}. */
  List<Known> streams() {
    return Arrays.stream(registers).filter(known -> known.is(Kind.STREAM)).toList();
  }

  /**
   * What has been added to a value in a register that held it {@code then}; null if there is none.
   * Registers that still hold the same are copies; others that differ make it null as well.
   */
  @Nullable Long added(int id, Knowledge then) {
    Long sum = null;
    for (int i = 0; i < registers.length; i++) {
      Known now = registers[i];
      Known was = then.registers[i];
      if (now.is(Kind.SUM) && was.is(Kind.SUM) && now.id() == id && was.id() == id) {
        long by = now.add() - was.add();
        if (sum != null && sum != 0 && by != 0 && sum != by) {
          return null;
        }
        sum = sum == null || sum == 0 ? by : sum;
      }
    }
    return sum;
  }

  /** Everything known of a register or word becomes what {@code renamed} says. */
  void rename(UnaryOperator<Known> renamed) {
    Arrays.setAll(registers, i -> renamed.apply(registers[i]));
  }

  /** Whether the bytes that a probe has admitted stay in their page when moved by so many. */
  boolean reaches(Fact admitted, long by) {
    for (Fact fact : facts) {
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

  void dropIf(Predicate<Fact> which) {
    facts.removeIf(which);
  }

  boolean has(Fact fact) {
    return facts.contains(fact);
  }

  void add(Fact fact) {
    facts.add(fact);
  }

  void drop(Fact fact) {
    facts.remove(fact);
  }

  /** What has been stored to a word in force, by its number in {@link LevelRules}. */
  Known inForce(int word) {
    return registers[IN_FORCE + word];
  }

  /**
   * The word of a level has been stored to a word in force: what has been found out with the old
   * one holds no more.
   */
  void levelWordStored(int word, Known value, boolean context) {
    registers[IN_FORCE + word] = value;
    for (int i = 0; i < IN_FORCE; i++) {
      switch (registers[i].kind()) {
        case ENTRY, INDEX, TAG, LAST_TAG, FRAME, STREAM, ADDEND, CONTEXT, CHECKED_CODE ->
            registers[i] = Known.ANYTHING;
        default -> {}
      }
    }
    Arrays.fill(registers, SLOTS, registers.length, Known.ANYTHING);
    pending = null;
    facts.removeIf(fact -> fact.isOfProbe());
    if (context) {
      Set<Fact> matches = new HashSet<>();
      for (Fact fact : facts) {
        if (fact.kind() == Fact.Kind.CONTEXT_MATCHES && fact.from() == value.add()) {
          matches.add(Fact.matches(Fact.Kind.CONTEXT_MATCHES, fact.id()));
        }
      }
      facts.removeIf(fact -> fact.kind() == Fact.Kind.CONTEXT_MATCHES && fact.from() == 0);
      facts.addAll(matches);
    }
  }

  /** The byte that says which level runs, of number {@code word}, has been written. */
  void levelStored(int word, Known value) {
    registers[IN_FORCE + word] = value;
    facts.removeIf(fact -> fact.kind() == Fact.Kind.LEVEL);
    facts.remove(Fact.X87_USABLE);
  }

  /** Whether a probe admits an access to {@code size} bytes at {@code frame + displacement}. */
  boolean admits(Known frame, long displacement, int size, boolean write) {
    long rounds = has(Fact.IN_BUDGET) ? lowered() : 0;
    for (Fact fact : facts) {
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
    for (Fact fact : facts) {
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
    for (Fact fact : facts) {
      if (fact.kind() == Fact.Kind.LOWERED) {
        return fact.from();
      }
    }
    return 0;
  }

  /** All that has admitted the first byte of a page's sum through the TLB entry of that. */
  List<Fact> admitted(Known page, boolean write) {
    return facts.stream()
        .filter(fact ->
            fact.kind() == Fact.Kind.ADMITTED_WRITE
                || fact.kind() == Fact.Kind.ADMITTED_READ && !write)
        .filter(fact ->
            fact.id() == page.id() && fact.from() == page.add() && fact.entry() == page.add())
        .toList();
  }

  /** Whether instructions are off the budget, and it has been found to suffice for them. */
  boolean isInBudget() {
    Known taken = registers[Registers.BUDGET];
    if (!taken.is(Known.Kind.TAKEN) || taken.add() <= 0) {
      return false;
    }
    for (Fact fact : facts) {
      if (fact.kind() == Fact.Kind.IN_BUDGET && fact.from() >= taken.add()) {
        return true;
      }
    }
    return false;
  }

  /** What has been counted so far is over, and what was asked has to be asked again. */
  void beginAgain() {
    registers[Registers.BUDGET] = Known.taken(0);
    facts.removeIf(fact -> fact.kind() == Fact.Kind.IN_BUDGET);
    drop(Fact.UNDISTURBED);
  }

  /** The flags tell nothing any more. */
  void flagsChanged() {
    pending = null;
  }

  /** The flags tell {@code fact} if {@code holds}, a condition's number, is true. */
  void flagsTell(Fact fact, int holds) {
    pending = fact;
    condition = holds;
  }

  /** The flags come from a comparison, after which a conditional move makes {@code fact} true. */
  void flagsTell(Fact fact) {
    flagsTell(fact, NEVER);
  }

  /** Whether they do. */
  boolean tells(Fact fact) {
    return condition == NEVER && fact.equals(pending);
  }

  /** This when the flags are such that {@code holds} is true. */
  Knowledge when(int holds) {
    Knowledge copy = copy();
    Fact mine = pending;
    if (mine != null && condition == holds) {
      if (mine.kind() == Fact.Kind.SAME_PAGE) {
        facts.stream().map(mine::joins).filter(Objects::nonNull).forEach(copy::add);
      } else {
        copy.add(mine);
      }
    }
    return copy;
  }
}
