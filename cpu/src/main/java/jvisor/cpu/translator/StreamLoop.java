package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.BUDGET;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jvisor.cpu.mmu.TlbLayout;
import jvisor.isa.Insn;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * A loop whose memory lies in {@link Streams}. Before it is entered, each stream is probed and it
 * is counted for how many rounds all of them stay in their pages; these rounds then run without any
 * check but the count, which is the budget itself: what is for later rounds waits in the struct. If
 * not even one round can run so, the block's other form runs it.
 */
final class StreamLoop {
  /** How often a round is there, if the loop is short. */
  static final int COPIES = 2;

  private static final int PAGE = 4096;

  /** The most rounds between two looks at whether anybody wants attention. */
  private static final int MOST_ROUNDS = 1024;

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
   * Emits what comes before the loop. The first round is already off the budget.
   *
   * @param count the block's instructions
   * @param vectors whether the loop needs the vector registers
   * @param counting whether rounds are to be counted
   * @param rounds how to know the number of rounds, or null if each looks whether it is the last
   * @param plain where in the code to go on if there is anything unusual
   */
  void enter(
      Streams streams,
      int count,
      boolean vectors,
      boolean counting,
      @Nullable Rounds rounds,
      int plain) {
    unit.beginLoop();
    unit.at(0);
    if (vectors) {
      unit.held.requireVectors();
    }
    int[] pins = pins(streams, counting);
    e.store(STATE, Streams.REST, BUDGET);
    boolean counted = mayBeMany(streams);
    if (counted) {
      e.constant32(BUDGET, MOST_ROUNDS * count);
    }
    List<Integer> unusual = new ArrayList<>();
    for (Stream stream : streams.all()) {
      probe(stream);
      unusual.addAll(unit.divert());
      if (stream.step != 0) {
        count(stream);
        e.multiply(TAG, count);
        lower(counted);
        counted = true;
      }
      base(stream);
      if (stream.number >= pins.length || pins[stream.number] != ADDRESS) {
        e.store(STATE, Streams.word(stream.number), ADDRESS);
      }
    }
    if (rounds != null) {
      count(rounds, count);
    }
    share();
    for (int number = 0; number < pins.length; number++) {
      if (pins[number] != ADDRESS) {
        e.load(pins[number], STATE, Streams.word(number));
      }
    }
    if (!unusual.isEmpty()) {
      aside(unusual, plain);
    }
    accesses.beginStreams(streams, pins);
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

  private void aside(List<Integer> unusual, int plain) {
    unit.aside(() -> {
      unusual.forEach(e::bind);
      e.load(BUDGET, STATE, Streams.REST);
      e.jumpBack(plain);
    });
  }

  /**
   * The registers of streams, by number; those without share {@code ADDRESS}, which is otherwise
   * the last one's. The counting needs that too, and {@code TAG} the flags if they are to be kept.
   */
  private static int[] pins(Streams streams, boolean counting) {
    int count = streams.all().size();
    int[] free = streams.flagsComeAgain() ? new int[] {ENTRY, TAG} : new int[] {ENTRY};
    if (counting || count == 0 || count > free.length + 1) {
      return Arrays.copyOf(free, Math.min(count, free.length));
    }
    int[] pins = Arrays.copyOf(free, count);
    pins[count - 1] = ADDRESS;
    return pins;
  }

  /** Whether there may be more rounds in a page than may run without a look for attention. */
  private static boolean mayBeMany(Streams streams) {
    for (Stream stream : streams.all()) {
      if (stream.step != 0 && PAGE >> stream.stepShift() <= MOST_ROUNDS) {
        return false;
      }
    }
    return true;
  }

  private void probe(Stream stream) {
    accesses.streamAddress(stream.access, stream.first);
    accesses.lookUpStream(stream.span(), stream.written, stream.alignment);
  }

  /** {@code TAG} becomes the number of rounds more that stay in the page. */
  private void count(Stream stream) {
    if (stream.step > 0) {
      e.lea(8, TAG, ADDRESS, stream.span() - 1);
      e.invert(TAG);
    } else {
      e.move(TAG, ADDRESS);
    }
    e.and32(TAG, PAGE - 1);
    if (stream.stepShift() > 0) {
      e.shiftRight(TAG, stream.stepShift());
    }
  }

  /** {@code ADDRESS} becomes the stream's hva, without what moves. */
  private void base(Stream stream) {
    e.operate(Emitter.ADD, ADDRESS, ENTRY, TlbLayout.ADDEND);
    if (stream.moving != Insn.NO_REGISTER) {
      int moving = Registers.host(stream.moving);
      if (stream.scale == 0) {
        e.operate(Emitter.SUB, ADDRESS, moving);
      } else {
        e.move(TAG, moving);
        e.negate(TAG);
        e.lea(8, ADDRESS, ADDRESS, TAG, stream.scale, 0);
      }
    }
  }

  /** The budget is for no more rounds than until the register is equal to its limit. */
  private void count(Rounds rounds, int count) {
    int register = Registers.host(rounds.register());
    long limit = rounds.limit().value() - rounds.ahead();
    if (rounds.limit().kind() == Operand.Kind.IMMEDIATE && limit == (int) limit) {
      e.constant(TAG, (int) limit);
      e.operate(Emitter.SUB, TAG, register);
    } else {
      if (rounds.limit().kind() == Operand.Kind.IMMEDIATE) {
        e.constant(TAG, (int) rounds.limit().value());
      } else {
        e.move(TAG, Registers.host(rounds.limit().index()));
      }
      e.operate(Emitter.SUB, TAG, register);
      e.lea(8, TAG, TAG, (int) -rounds.ahead());
    }
    if (rounds.down()) {
      e.negate(TAG);
    }
    if (rounds.shift() > 0) {
      e.shiftRight(TAG, rounds.shift());
    }
    e.test(TAG, -MOST_ROUNDS);
    int many = e.jumpAhead(Emitter.NOT_EQUAL);
    e.multiply(TAG, count);
    lower(true);
    e.bind(many);
  }

  /** The rounds' budget becomes {@code TAG}; if it is one already, then only if that is lower. */
  private void lower(boolean counted) {
    if (!counted) {
      e.move(BUDGET, TAG);
      return;
    }
    e.operate(Emitter.CMP, TAG, BUDGET);
    e.moveIf(Emitter.BELOW, BUDGET, TAG);
  }

  /**
   * The rounds' budget is taken off the whole one, which nearly always suffices for it: by a
   * branch, so that the rounds do not wait for what those before have left.
   */
  private void share() {
    e.load(TAG, STATE, Streams.REST);
    e.operate(Emitter.CMP, TAG, BUDGET);
    int scarce = e.jumpAhead(Emitter.BELOW);
    int enough = e.length();
    e.operate(Emitter.SUB, TAG, BUDGET);
    e.store(STATE, Streams.REST, TAG);
    unit.aside(() -> {
      e.bind(scarce);
      e.moveIf(Emitter.BELOW, BUDGET, TAG);
      e.jumpBack(enough);
    });
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
}
