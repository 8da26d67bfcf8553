package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.BUDGET;
import static jvisor.cpu.translator.Registers.STATE;

import java.util.ArrayList;
import java.util.List;
import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/**
 * A loop whose memory lies in {@link Streams}. When it is {@linkplain StreamEntry entered} it is
 * known for how many rounds all of them stay in their pages; these rounds run without any check but
 * the count, which is the budget itself: what is for later rounds waits in the struct. If not even
 * one round can run so, the block's other form runs it. Rounds of short loops come off the budget
 * several at a time.
 */
final class StreamLoop {
  /** How often a round is there, if the loop is short. */
  static final int COPIES = 2;

  /** The same if the loop is very short: one and {@link #COPIES} more than one. */
  static final int GROUP = 4;

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;
  private final Branches branches;

  StreamLoop(Unit unit, Accesses accesses, Branches branches) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
    this.branches = branches;
  }

  /**
   * Emits the end of a round of a loop that is entered for as many as there are, and what comes
   * behind the last: only the struct or a source tells the flags.
   *
   * @param head where a round begins in the code
   */
  void endRounds(int head, int count) {
    accesses.endStreams();
    e.subtractConstant(BUDGET, count);
    e.jumpBack(Emitter.NOT_NEGATIVE, head);
    e.addConstant(BUDGET, count);
    e.operate(Emitter.ADD, BUDGET, STATE, Streams.REST);
    unit.flags.spoiled();
  }

  /** Takes a round more off the budget; if there is none, the other form runs the only one. */
  void takeSecond(int count, int plain) {
    e.subtractConstant(BUDGET, count);
    int single = e.jumpAhead(Emitter.NEGATIVE);
    unit.aside(() -> {
      e.bind(single);
      e.addConstant(BUDGET, count);
      e.operate(Emitter.ADD, BUDGET, STATE, Streams.REST);
      e.jumpBack(plain);
    });
  }

  /**
   * The same as {@link #endRounds} behind two rounds, of which the second was off the budget before
   * them; {@code third} emits one more, for odd numbers.
   */
  void endPairs(int head, int count, Runnable third) {
    e.subtractConstant(BUDGET, COPIES * count);
    e.jumpBack(Emitter.NOT_NEGATIVE, head);
    e.addConstant(BUDGET, count);
    int odd = e.jumpAhead(Emitter.NOT_NEGATIVE);
    e.addConstant(BUDGET, count);
    int even = e.jumpAhead();
    e.bind(odd);
    unit.flags.spoiled();
    third.run();
    e.bind(even);
    accesses.endStreams();
    e.operate(Emitter.ADD, BUDGET, STATE, Streams.REST);
    unit.flags.spoiled();
  }

  /** Takes all further rounds of a group off the budget; answers the jump if there are less. */
  int takeMore(int count) {
    e.subtractConstant(BUDGET, GROUP * count);
    e.addConstant(BUDGET, count);
    return e.jumpAhead(Emitter.NEGATIVE);
  }

  /**
   * The same as {@link #endRounds} behind a group of rounds, all of which were off the budget
   * before it.
   *
   * @param few the jump that is taken if there are less rounds than that from the first
   * @param round emits one
   */
  void endGroups(int head, int few, int count, Runnable round) {
    e.subtractConstant(BUDGET, GROUP * count);
    e.jumpBack(Emitter.NOT_NEGATIVE, head);
    e.addConstant(BUDGET, COPIES * count);
    e.addConstant(BUDGET, count);
    List<Integer> over = new ArrayList<>();
    singly(over, count, round, GROUP - 1);
    over.add(e.jumpAhead());
    e.bind(few);
    unit.flags.spoiled();
    round.run();
    e.addConstant(BUDGET, COPIES * count);
    singly(over, count, round, GROUP - 2);
    over.forEach(e::bind);
    e.addConstant(BUDGET, count);
    accesses.endStreams();
    e.operate(Emitter.ADD, BUDGET, STATE, Streams.REST);
    unit.flags.spoiled();
  }

  /** Emits at most so many rounds, each if what was done last to the budget leaves one. */
  private void singly(List<Integer> over, int count, Runnable round, int most) {
    for (int n = 0; n < most; n++) {
      over.add(e.jumpAhead(Emitter.NEGATIVE));
      unit.flags.spoiled();
      round.run();
      e.subtractConstant(BUDGET, count);
    }
  }

  /** Emits the branch behind these rounds; {@code next} is the offset behind it in the block. */
  void branch(Insn branch, int next) {
    unit.flags.settle();
    unit.flags.hold();
    int over = e.jumpAhead(branch.condition());
    branches.goTo(next);
    e.bind(over);
    e.jumpBack(0);
    unit.close(false);
    unit.finish();
  }

  /** Emits and answers the jump that leaves the loop behind a round if that is the last. */
  int leaveIfOver(Insn branch) {
    unit.flags.secure();
    unit.flags.hold();
    return e.jumpAhead(branch.condition() ^ 1);
  }

  /**
   * Emits the branch at the loop's end.
   *
   * @param next the offset behind it in the block
   * @param head where a round begins in the code
   * @param early what {@link #leaveIfOver} has answered between two rounds that come off the budget
   *     together, or 0 if each comes off alone
   * @param counted the number of the translation whose rounds are to be counted, or −1
   */
  void end(Insn branch, int next, int head, int early, int count, int counted) {
    accesses.endStreams();
    int round = early == 0 ? count : COPIES * count;
    @Nullable FlagSource again = unit.flags.source();
    int out = leaveIfOver(branch);
    e.subtractConstant(BUDGET, round);
    if (counted < 0) {
      e.jumpBack(Emitter.NOT_NEGATIVE, head);
    } else {
      int over = e.jumpAhead(Emitter.NEGATIVE);
      e.load(ADDRESS, STATE, Words.COUNTS);
      e.increment(ADDRESS, counted << ExecutionCounts.ENTRY_SHIFT);
      e.jumpBack(head);
      e.bind(over);
    }
    e.addConstant(BUDGET, round);
    e.operate(Emitter.ADD, BUDGET, STATE, Streams.REST);
    unit.flags.keep(again);
    e.jumpBack(0);
    if (early != 0) {
      outEarly(early, out, count);
    } else {
      e.bind(out);
      unit.flags.settleAndSpoil();
    }
    e.operate(Emitter.ADD, BUDGET, STATE, Streams.REST);
    branches.goTo(next);
    unit.close(false);
    unit.finish();
  }

  /** Leaves the loop in the middle of two rounds, or at their end. */
  private void outEarly(int early, int late, int count) {
    Unit.Place here = unit.here();
    e.bind(early);
    unit.flags.settleAndSpoil();
    e.addConstant(BUDGET, count);
    int both = e.jumpAhead();
    e.bind(late);
    unit.goOnFrom(here);
    unit.flags.settleAndSpoil();
    e.bind(both);
  }
}
