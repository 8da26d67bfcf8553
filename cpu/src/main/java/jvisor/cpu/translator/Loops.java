package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.STATE;

import java.util.Objects;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import org.jspecify.annotations.Nullable;

/** Blocks that branch to themselves, in the forms in which many rounds run. */
final class Loops {
  /** Bytes in a line of the host's caches, also of that of decoded instructions. */
  private static final int LINE = 64;

  /** Instructions of a loop of which two rounds come off the budget together. */
  private static final int SHORT = 12;

  /** Instructions of one of which more do. */
  private static final int SHORTEST = 8;

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;
  private final Branches branches;
  private final Steps steps;
  private final Head head;
  private final StreamEntry streamEntry;
  private final StreamLoop streamLoop;
  private final Switches switches;
  private final boolean counting;

  Loops(
      Unit unit,
      Accesses accesses,
      Branches branches,
      Steps steps,
      Head head,
      TranslatorOptions options) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
    this.branches = branches;
    this.steps = steps;
    this.head = head;
    streamEntry = new StreamEntry(unit, accesses);
    streamLoop = new StreamLoop(unit, accesses, branches);
    switches = options.switches();
    counting = options.counting();
  }

  /** The streams that the block accesses if it is a loop of nothing else, or null. */
  @Nullable Streams streams(Insn[] block, boolean narrow) {
    boolean tried =
        !narrow
            && switches.isOn(Optimisation.STREAMS)
            && switches.isOn(Optimisation.FLAGS)
            && isLoop(block, false);
    return tried && !isForbidden(block) ? Streams.of(block, steps.instructions()) : null;
  }

  private boolean isForbidden(Insn[] block) {
    for (Insn i : block) {
      if (switches.forbid(i) || Stack.suits(i, false) || Division.suits(i, false)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Emits the block as a loop that its head enters.
   *
   * @param plain where its other form begins, 0 if there is none
   */
  void streamLoop(Part part, Streams streams, int plain) {
    Insn[] block = part.instructions;
    Rounds rounds = counting ? null : Rounds.of(block, streams);
    boolean vectors = Instructions.useVectors(block);
    streamEntry.emit(streams, block.length, vectors, counting, rounds, plain);
    boolean alone = plain == 0;
    if (rounds != null) {
      counted(part, streams, rounds, plain);
    } else {
      looked(part, alone);
    }
    begins(part, block.length, alone);
  }

  /** Emits the rounds of a loop each of which looks whether it is the last. */
  private void looked(Part part, boolean alone) {
    boolean twice = !counting && part.size() <= SHORT;
    int first = twice ? e.jumpAhead() : 0;
    e.alignByNops(LINE);
    int top = e.length();
    int early = 0;
    if (twice) {
      round(part, part.size() - 1, false);
      early = streamLoop.leaveIfOver(part.last());
      unit.flags.forget();
      e.bind(first);
    }
    int next = round(part, part.size() - 1, alone) + part.last().length;
    streamLoop.end(part.last(), next, top, early, part.size(), counting ? part.number : -1);
  }

  /** Emits the rounds of a loop that has been entered for so many, several at a time if short. */
  private void counted(Part part, Streams streams, Rounds rounds, int plain) {
    int size = part.size();
    int last = size - 1;
    int count = rounds.compares() ? last - 1 : last;
    boolean alone = plain == 0;
    int next;
    if (!alone && size <= SHORTEST) {
      next = groups(part, streams, count);
    } else if (!alone && size <= SHORT) {
      streamLoop.takeSecond(size, plain);
      int top = top();
      next = round(part, count, false);
      round(part, count, false);
      streamLoop.endPairs(top, size, () -> round(part, count, false));
    } else {
      int top = top();
      next = round(part, count, alone);
      streamLoop.endRounds(top, size);
    }
    if (rounds.compares()) {
      next += part.instructions[last - 1].length;
      steps.one(part, last - 1, next, false);
    }
    begins(part, last, alone);
    unit.at(last);
    streamLoop.branch(part.last(), next + part.last().length);
  }

  private int top() {
    e.alignByNops(LINE);
    return e.length();
  }

  /** Emits four rounds at a time, and what is left one by one; answers a round's length. */
  private int groups(Part part, Streams streams, int count) {
    Folds folds = new Folds(part.instructions, count, streams);
    int few = streamLoop.takeMore(part.size());
    int top = top();
    int next = 0;
    for (int n = 0; n < StreamLoop.GROUP; n++) {
      next = folded(part, count, folds);
    }
    accesses.stepNow(folds.registers());
    streamLoop.endGroups(top, few, part.size(), () -> round(part, count, false));
    return next;
  }

  /** The same as {@link #round}, but for instructions that step registers which wait. */
  private int folded(Part part, int count, Folds folds) {
    int next = 0;
    for (int index = 0; index < count; index++) {
      Insn i = part.instructions[index];
      next += i.length;
      if (folds.has(i)) {
        accesses.stepLater(i.a.index(), Streams.step(i));
      } else {
        steps.one(part, index, next, false);
      }
    }
    unit.at(count);
    return next;
  }

  /** Emits the first instructions of a round; answers their length in the block. */
  private int round(Part part, int count, boolean alone) {
    int next = 0;
    for (int index = 0; index < count; index++) {
      next += part.instructions[index].length;
      begins(part, index, alone);
      steps.one(part, index, next, false);
    }
    begins(part, count, alone);
    unit.at(count);
    return next;
  }

  /** Here begins an instruction, if the loop is the block's only form. */
  private void begins(Part part, int index, boolean alone) {
    if (alone) {
      part.starts[index] = e.length();
    }
  }

  /** Whether the block branches to itself and may be emitted as a loop. */
  static boolean isLoop(Insn[] block, boolean narrow) {
    for (Insn each : block) {
      if (Transitions.suits(each, narrow)) {
        return false;
      }
    }
    return branchesToItself(block);
  }

  /** Whether a block ends in a conditional branch to its own beginning. */
  static boolean branchesToItself(Insn[] block) {
    int length = 0;
    for (Insn each : block) {
      length += each.length;
    }
    Insn last = block[block.length - 1];
    return last.mnemonic() == Mnemonic.JCC && length + last.a.value() == 0;
  }

  /**
   * Emits the block once more, as a loop that the block just emitted enters when it would begin
   * again. Whatever leaves it comes back into the block.
   */
  void loop(Part part) {
    Insn[] block = part.instructions;
    FlagSource again = unit.flags.source();
    unit.beginLoop(again);
    accesses.beginLoop();
    int top = e.length();
    if (counting) {
      head.count(part.number);
    }
    head.ask(block.length);
    int next = round(part, block.length - 1, false);
    if (!Objects.equals(again, unit.flags.source())) {
      throw new IllegalStateException("a loop's flags are not those of its block");
    }
    unit.held.keepPointers();
    branches.emitLoop(part.last(), next + part.last().length, top);
    unit.close(false);
    unit.finish();
    head.wayBack(part, again);
    branches.enterLoop();
    for (int slot : accesses.framesUsed()) {
      e.storeConstant(8, STATE, Frames.tag(slot), Frames.NO_PAGE);
    }
    e.jumpBack(top);
  }
}
