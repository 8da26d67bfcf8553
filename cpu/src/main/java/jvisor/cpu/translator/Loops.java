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

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;
  private final Branches branches;
  private final Steps steps;
  private final Head head;
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
    streamLoop = new StreamLoop(unit, accesses, branches);
    switches = options.switches();
    counting = options.counting();
  }

  /** The streams that the block accesses if it is a loop of nothing else, or null. */
  @Nullable Streams streams(Insn[] block, boolean narrow) {
    int length = 0;
    for (int n = 0; n < block.length - 1; n++) {
      length += block[n].length;
    }
    boolean tried =
        !narrow
            && switches.isOn(Optimisation.STREAMS)
            && switches.isOn(Optimisation.FLAGS)
            && isLoop(block, length, false);
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
    boolean vectors = false;
    for (Insn i : block) {
      vectors |= Instructions.usesVectors(i);
    }
    Rounds rounds = counting ? null : Rounds.of(block, streams);
    streamLoop.enter(streams, block.length, vectors, counting, rounds, plain);
    Insn branch = part.last();
    if (rounds != null) {
      counted(part, rounds, plain);
      return;
    }
    boolean twice = !counting && block.length <= SHORT;
    int first = twice ? e.jumpAhead() : 0;
    e.alignByNops(LINE);
    int top = e.length();
    int early = 0;
    if (twice) {
      round(part, -1);
      early = streamLoop.between(branch);
      unit.flagsForgotten();
      e.bind(first);
    }
    int next = round(part, plain) + branch.length;
    streamLoop.end(branch, next, top, early, block.length, counting ? part.number : -1);
    begins(part, block.length, plain);
  }

  /** Emits the rounds of a loop that has been entered for so many. */
  private void counted(Part part, Rounds rounds, int plain) {
    e.alignByNops(LINE);
    int top = e.length();
    int last = part.size() - 1;
    int compare = rounds.compares() ? last - 1 : last;
    int next = round(part, compare, plain);
    int before = next + (compare < last ? part.instructions[compare].length : 0);
    streamLoop.endCounted(
        part.last(),
        before + part.last().length,
        top,
        part.size(),
        () -> {
          if (compare < last) {
            steps.one(part, compare, before, false);
          }
          unit.at(last);
        });
    begins(part, last, plain);
    begins(part, part.size(), plain);
  }

  private int round(Part part, int plain) {
    return round(part, part.size() - 1, plain);
  }

  /** Emits the first instructions of a round; answers their length in the block. */
  private int round(Part part, int last, int plain) {
    int next = 0;
    for (int index = 0; index < last; index++) {
      next += part.instructions[index].length;
      begins(part, index, plain);
      steps.one(part, index, next, false);
    }
    begins(part, last, plain);
    unit.at(last);
    return next;
  }

  private void begins(Part part, int index, int plain) {
    if (plain == 0) {
      part.starts[index] = e.length();
    }
  }

  /** Whether the block, {@code length} bytes without its last instruction, branches to itself. */
  static boolean isLoop(Insn[] block, int length, boolean narrow) {
    Insn i = block[block.length - 1];
    for (Insn each : block) {
      if (Transitions.suits(each, narrow)) {
        return false;
      }
    }
    return i.mnemonic() == Mnemonic.JCC && length + i.length + i.a.value() == 0;
  }

  /**
   * Emits the block once more, as a loop that the block just emitted enters when it would begin
   * again. Whatever leaves it comes back into the block.
   */
  void loop(Part part) {
    Insn[] block = part.instructions;
    FlagSource again = unit.flagSource();
    unit.beginLoop(again);
    accesses.beginLoop();
    int top = e.length();
    if (counting) {
      head.count(part.number);
    }
    head.ask(block.length);
    int next = 0;
    for (int index = 0; index < block.length - 1; index++) {
      next += block[index].length;
      steps.one(part, index, next, false);
    }
    Insn branch = block[block.length - 1];
    if (!Objects.equals(again, unit.flagSource())) {
      throw new IllegalStateException("a loop's flags are not those of its block");
    }
    unit.at(block.length - 1);
    unit.keepPointers();
    branches.emitLoop(branch, next + branch.length, top);
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
