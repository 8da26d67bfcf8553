package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.BUDGET;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import jvisor.cpu.state.VcpuState;
import jvisor.isa.Feature;
import jvisor.isa.Flow;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import org.jspecify.annotations.Nullable;

/** Emits one block: its head, its instructions, its ways out. */
final class BlockTranslator {
  private final Emitter e;
  private final Unit unit;
  private final Accesses accesses;
  private final Instructions instructions;
  private final Branches branches;
  private final Stack stack;
  private final Division division;
  private final StreamLoop streamLoop;
  private final Transitions transitions;
  private final BitStrings bitStrings;
  private final boolean counting;
  private final Switches switches;
  private int[] starts = {};
  private int spent;
  private int asked;
  private int leaving;

  BlockTranslator(Emitter e, Stubs stubs, Set<Feature> hostFeatures, TranslatorOptions options) {
    this.e = e;
    counting = options.counting();
    switches = options.switches();
    unit = new Unit(e, stubs);
    accesses = new Accesses(unit);
    instructions = new Instructions(unit, accesses, hostFeatures);
    branches = new Branches(unit, accesses, switches);
    stack = new Stack(unit, accesses);
    division = new Division(unit, accesses);
    bitStrings = new BitStrings(unit, accesses);
    streamLoop = new StreamLoop(unit, accesses, branches);
    transitions = new Transitions(unit, accesses, branches);
  }

  /**
   * Emits the block of these instructions.
   *
   * @param number the translation's
   * @param pageOffset where the block begins in its page
   * @param narrow whether it is 32-bit code
   * @return for each instruction the offset at which to go on behind it, 0 if nowhere
   */
  int[] emit(int number, Insn[] block, int pageOffset, boolean narrow) {
    unit.begin(number, block.length);
    accesses.begin(pageOffset);
    branches.begin(pageOffset, narrow);
    starts = new int[block.length + 1];
    if (counting) {
      count(number);
    }
    head(block.length);
    leaving = 0;
    Streams streams = streams(block, narrow);
    int[] resume = new int[block.length];
    if (streams == null) {
      resume = plain(number, block, pageOffset, narrow, true);
    } else if (streams.all().isEmpty()) {
      streamLoop(number, block, streams, 0);
      wayBack(block.length, pageOffset, null);
    } else {
      int enter = e.jumpAhead();
      int plain = e.length();
      resume = plain(number, block, pageOffset, narrow, false);
      e.bind(enter);
      streamLoop(number, block, streams, plain);
    }
    branches.finish();
    return resume;
  }

  /**
   * Emits the block behind its head.
   *
   * @param loop whether to emit it once more as a loop, if it is one
   */
  private int[] plain(int number, Insn[] block, int pageOffset, boolean narrow, boolean loop) {
    int last = block.length - 1;
    int next = 0;
    for (int index = 0; index < last; index++) {
      next += block[index].length;
      starts[index] = e.length();
      one(block[index], index, next, narrow, goesOn(block[index]));
    }
    starts[last] = e.length();
    boolean loops =
        loop && leaving == 0 && switches.isOn(Optimisation.LOOPS) && isLoop(block, next, narrow);
    if (loops) {
      branches.loops();
    }
    next += block[last].length;
    boolean lastEmitted = one(block[last], last, next, narrow, goesOn(block[last]));
    if (fallsThrough(block[last], lastEmitted)) {
      unit.settle();
      unit.at(block.length);
      branches.goTo(next);
      unit.close(false);
    }
    starts[block.length] = e.length();
    int[] resume = unit.finish();
    wayBack(block.length, pageOffset, null);
    if (loops && leaving == 0) {
      loop(number, block, pageOffset, narrow);
    }
    return resume;
  }

  /**
   * Emits an instruction, or that it leaves.
   *
   * @param goesOn whether what has left comes back behind it
   * @return whether it has been emitted
   */
  private boolean one(Insn i, int index, int next, boolean narrow, boolean goesOn) {
    unit.at(index);
    unit.willWrite(Roles.written(i));
    boolean emitted = emitted(i, next, narrow);
    if (!emitted) {
      leaving++;
      if (goesOn) {
        unit.leave();
      } else {
        unit.leaveForGood();
      }
    }
    if (!switches.isOn(Optimisation.FLAGS)) {
      unit.keepFlagsInSlot();
    }
    unit.close(goesOn);
    return emitted;
  }

  /** The streams that the block accesses if it is a loop of nothing else, or null. */
  private @Nullable Streams streams(Insn[] block, boolean narrow) {
    int length = 0;
    for (int n = 0; n < block.length - 1; n++) {
      length += block[n].length;
    }
    boolean tried =
        !narrow
            && switches.isOn(Optimisation.STREAMS)
            && switches.isOn(Optimisation.FLAGS)
            && isLoop(block, length, false);
    return tried && !isForbidden(block) ? Streams.of(block, instructions) : null;
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
  private void streamLoop(int number, Insn[] block, Streams streams, int plain) {
    boolean vectors = false;
    for (Insn i : block) {
      vectors |= Instructions.usesVectors(i);
    }
    streamLoop.enter(streams, block.length, vectors, counting, plain);
    int head = e.length();
    int last = block.length - 1;
    int next = 0;
    for (int index = 0; index < last; index++) {
      next += block[index].length;
      begins(index, plain);
      one(block[index], index, next, false, false);
    }
    begins(last, plain);
    unit.at(last);
    next += block[last].length;
    streamLoop.end(block[last], next, head, block.length, counting ? number : -1);
    begins(block.length, plain);
  }

  private void begins(int index, int plain) {
    if (plain == 0) {
      starts[index] = e.length();
    }
  }

  /** Whether the block, {@code length} bytes without its last instruction, branches to itself. */
  private static boolean isLoop(Insn[] block, int length, boolean narrow) {
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
  private void loop(int number, Insn[] block, int pageOffset, boolean narrow) {
    FlagSource again = unit.flagSource();
    unit.beginLoop(again);
    accesses.beginLoop();
    int head = e.length();
    if (counting) {
      count(number);
    }
    head(block.length);
    int next = 0;
    for (int index = 0; index < block.length - 1; index++) {
      next += block[index].length;
      one(block[index], index, next, narrow, false);
    }
    Insn branch = block[block.length - 1];
    if (!Objects.equals(again, unit.flagSource())) {
      throw new IllegalStateException("a loop's flags are not those of its block");
    }
    unit.at(block.length - 1);
    branches.emitLoop(branch, next + branch.length, head);
    unit.close(false);
    unit.finish();
    wayBack(block.length, pageOffset, again);
    branches.enterLoop();
    for (int slot : accesses.framesUsed()) {
      e.storeConstant(8, STATE, Frames.tag(slot), Frames.NO_PAGE);
    }
    e.jumpBack(head);
  }

  private boolean emitted(Insn i, int next, boolean narrow) {
    if (switches.forbid(i)) {
      return false;
    }
    if (Branches.suits(i, narrow)) {
      branches.emit(i, next);
    } else if (Stack.suits(i, narrow)) {
      stack.emit(i, next);
    } else if (Division.suits(i, narrow)) {
      division.emit(i, next);
    } else if (BitStrings.suits(i, narrow)) {
      bitStrings.emit(i, next);
    } else if (Transitions.suits(i, narrow)) {
      transitions.emit(i, next);
    } else {
      return instructions.emit(i, next, narrow);
    }
    return true;
  }

  private static boolean goesOn(Insn i) {
    return i.row.flow() == Flow.NEXT || i.row.flow() == Flow.SYSTEM && Transitions.resumes(i);
  }

  private static boolean fallsThrough(Insn last, boolean emitted) {
    return goesOn(last) || emitted && Transitions.fallsThrough(last);
  }

  /** How many instructions of the block just emitted leave the emitted code each time. */
  int leaving() {
    return leaving;
  }

  /** The jumps of the block just emitted to places in its page. */
  List<Branches.Link> links() {
    return branches.links();
  }

  /**
   * Where the code of each instruction of the block just emitted begins, then that of the ways out.
   */
  int[] starts() {
    return starts;
  }

  /** One more entry. Keeps the flags. */
  private void count(int number) {
    e.load(ENTRY, STATE, Words.COUNTS);
    e.load(TAG, ENTRY, number << ExecutionCounts.ENTRY_SHIFT);
    e.lea(8, TAG, TAG, 1);
    e.store(ENTRY, number << ExecutionCounts.ENTRY_SHIFT, TAG);
  }

  private void head(int count) {
    e.subtractConstant(BUDGET, count);
    spent = e.jumpAhead(Emitter.NEGATIVE);
    e.compareWithZero32(STATE, VcpuState.ATTENTION);
    asked = e.jumpAhead(Emitter.NOT_EQUAL);
  }

  /** Nothing of the block has run: its instructions are given back. */
  private void wayBack(int count, int pageOffset, @Nullable FlagSource flags) {
    e.bind(spent);
    e.bind(asked);
    e.addConstant(BUDGET, count);
    unit.leaveBetweenBlocks(pageOffset, flags);
  }
}
