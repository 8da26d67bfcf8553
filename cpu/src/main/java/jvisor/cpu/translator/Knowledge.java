package jvisor.cpu.translator;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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

  /** What has been proved. */
  final Facts facts;

  /** What a branch would prove, and on which condition; null if flags tell nothing. */
  private @Nullable Fact pending;

  private int condition;

  /** The instructions of a round. */
  private final int block;

  private Knowledge(Known[] registers, Facts facts, int block) {
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
    registers[Registers.RSP] = Known.RETURNS;
    return new Knowledge(registers, new Facts(), block);
  }

  Knowledge copy() {
    Knowledge copy = new Knowledge(registers.clone(), facts.copy(), block);
    copy.pending = pending;
    copy.condition = condition;
    return copy;
  }

  /** Keeps only what {@code other} knows as well. */
  void meet(Knowledge other) {
    facts.meet(other.facts);
    for (int i = 0; i < registers.length; i++) {
      registers[i] = registers[i].or(other.registers[i]);
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
    facts.dropIf(fact -> fact.entry() == Fact.through(slot));
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
    facts.dividendChanged();
    Fact mine = pending;
    if (mine != null && mine.isOfDividend()) {
      pending = null;
    }
  }

  /** The number {@code id} is given anew, to another value. */
  void forget(int id) {
    for (int i = 0; i < registers.length; i++) {
      if (registers[i].dependsOn(id)) {
        registers[i] = Known.ANYTHING;
      }
    }
    facts.dropIf(fact -> fact.dependsOn(id));
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
    List<Fact> own = facts.ofWord(id, frame);
    forget(id);
    own.forEach(facts::add);
    return new Known(Kind.FRAME, id, 0, 0);
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
    facts.dropIf(Fact::isOfProbe);
    if (context) {
      registers[Registers.RSP] = Known.ANYTHING;
      facts.contextStored(value.add());
    }
  }

  /** The byte that says which level runs, of number {@code word}, has been written. */
  void levelStored(int word, Known value) {
    registers[IN_FORCE + word] = value;
    facts.dropIf(fact -> fact.kind() == Fact.Kind.LEVEL);
    facts.drop(Fact.X87_USABLE);
  }

  /** Whether instructions are off the budget, and it has been found to suffice for them. */
  boolean isInBudget() {
    Known taken = registers[Registers.BUDGET];
    return taken.is(Kind.TAKEN) && taken.add() > 0 && facts.isInBudget(taken.add());
  }

  /** What has been counted so far is over, and what was asked has to be asked again. */
  void beginAgain() {
    registers[Registers.BUDGET] = Known.taken(0);
    facts.dropIf(fact -> fact.kind() == Fact.Kind.IN_BUDGET);
    facts.drop(Fact.UNDISTURBED);
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
    return tells(fact, NEVER);
  }

  /** Whether they tell it if {@code holds} is true. */
  boolean tells(Fact fact, int holds) {
    return condition == holds && fact.equals(pending);
  }

  /** This when the flags are such that {@code holds} is true. */
  Knowledge when(int holds) {
    Knowledge copy = copy();
    Fact mine = pending;
    if (mine != null && condition == holds) {
      copy.facts.learn(mine);
    }
    return copy;
  }
}
