package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.BUDGET;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import jvisor.cpu.state.VcpuState;
import jvisor.isa.Feature;
import jvisor.isa.Flow;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** Emits one block: its head, its instructions, its ways out. */
final class BlockTranslator {
  private static final Part NOTHING = new Part(new Insn[0], 0);

  /** Bytes in a line of the host's caches, also of that of decoded instructions. */
  private static final int LINE = 64;

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
  private final Deque<Runnable> later = new ArrayDeque<>();
  private boolean narrow;
  private Part root = NOTHING;
  private int first;
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
   * Emits a translation of these blocks, which learn where their code is.
   *
   * @param narrow whether they are 32-bit code
   */
  void emit(Part root, boolean narrow) {
    this.narrow = narrow;
    this.root = root;
    unit.begin();
    branches.begin(narrow);
    begin(root);
    leaving = 0;
    if (root.goesOn()) {
      tree();
    } else {
      alone();
    }
    branches.finish();
  }

  /** Emits the first block and those that follow it in this translation. */
  private void tree() {
    head(root.need());
    int none = spent;
    int attention = asked;
    first = e.length();
    body(root, false);
    while (!later.isEmpty()) {
      later.remove().run();
    }
    unit.finish();
    e.bind(none);
    e.addConstant(BUDGET, root.need());
    branches.enter(root.pageOffset);
    branches.fallBack();
    e.bind(attention);
    e.addConstant(BUDGET, root.need());
    unit.leaveBetweenBlocks(root.pageOffset);
  }

  /** Emits the first block, which nothing follows in this translation. */
  private void alone() {
    if (counting) {
      count(root.number);
    }
    head(root.size());
    Streams streams = streams(root.instructions, narrow);
    if (streams == null) {
      plain(true);
    } else if (streams.all().isEmpty()) {
      streamLoop(root, streams, 0);
      wayBack(root, null);
    } else {
      int enter = e.jumpAhead();
      int plain = e.length();
      plain(false);
      e.bind(enter);
      streamLoop(root, streams, plain);
    }
  }

  /**
   * Emits the block behind its head.
   *
   * @param loop whether to emit it once more as a loop, if it is one
   */
  private void plain(boolean loop) {
    boolean loops = body(root, loop);
    unit.finish();
    wayBack(root, null);
    if (loops && leaving == 0) {
      loop(root);
    }
  }

  /**
   * Emits a block and what follows it; whether the block branches to itself and so may be a loop.
   */
  private boolean body(Part part, boolean loop) {
    Insn[] block = part.instructions;
    begin(part);
    if (counting && root.goesOn()) {
      count(part.number);
    }
    int last = block.length - 1;
    int next = 0;
    for (int index = 0; index < last; index++) {
      next += block[index].length;
      part.starts[index] = e.length();
      one(part, index, next, goesOn(block[index]));
    }
    part.starts[last] = e.length();
    if (part.goesOn() || part != root && branchesBack(part)) {
      fork(part, next + block[last].length);
      return false;
    }
    boolean loops =
        loop && leaving == 0 && switches.isOn(Optimisation.LOOPS) && isLoop(block, next, narrow);
    if (loops) {
      branches.loops();
    }
    next += block[last].length;
    boolean lastEmitted = one(part, last, next, goesOn(block[last]));
    if (fallsThrough(block[last], lastEmitted)) {
      unit.settle();
      unit.at(block.length);
      branches.goTo(next);
      unit.close(false);
    }
    part.starts[block.length] = e.length();
    return loops;
  }

  private void begin(Part part) {
    unit.enter(part);
    accesses.begin(part.pageOffset);
    branches.enter(part.pageOffset);
  }

  /**
   * Emits a block's last instruction and what follows it in this translation; {@code next} is the
   * offset behind it.
   */
  private void fork(Part part, int next) {
    Insn i = part.last();
    int last = part.size() - 1;
    unit.at(last);
    switch (i.mnemonic()) {
      case JCC -> {
        unit.hold();
        boolean straight = isFirst(part);
        int away = e.jumpAhead(i.condition() ^ (straight ? 0 : 1));
        part.starts[last + 1] = e.length();
        Unit.Place here = unit.here();
        later.add(() -> {
          e.bind(away);
          begin(part);
          unit.at(last);
          unit.goOnFrom(here);
          goOn(part, straight ? part.taken : part.next, straight ? next + i.a.value() : next);
        });
        goOn(part, straight ? part.next : part.taken, straight ? next : next + i.a.value());
      }
      case JMP -> {
        part.starts[last + 1] = e.length();
        goOn(part, part.next, next + i.a.value());
      }
      case CALL -> {
        unit.willWrite(Roles.written(i));
        branches.callOn(next);
        unit.close(false);
        part.starts[last + 1] = e.length();
        goOn(part, part.next, next + i.a.value());
      }
      default -> {
        one(part, last, next, true);
        part.starts[last + 1] = e.length();
        goOn(part, part.next, next);
      }
    }
  }

  /** Whether what follows a conditional branch that is not taken comes first. */
  private boolean isFirst(Part part) {
    Part next = part.next;
    Part taken = part.taken;
    return next == null
        ? taken == null && !branchesBack(part)
        : taken == null || next.need() >= taken.need();
  }

  /** Whether a part ends in a branch to the first one, which does not need the flags. */
  private boolean branchesBack(Part part) {
    Insn last = part.last();
    return last.a.kind() == Operand.Kind.RELATIVE
        && (last.mnemonic() == Mnemonic.JCC || last.mnemonic() == Mnemonic.JMP)
        && Branches.suits(last, narrow)
        && isAgain(part, part.length() + last.a.value());
  }

  private boolean isAgain(Part from, long target) {
    return from.pageOffset + target == root.pageOffset && !Roles.flagsMatter(root, 0);
  }

  /** Goes on with {@code part}, or if that is null elsewhere, at an offset from the block. */
  private void goOn(Part from, @Nullable Part part, long target) {
    unit.giveBack(part == null ? 0 : part.need());
    if (part != null) {
      body(part, false);
    } else if (isAgain(from, target)) {
      again();
    } else {
      unit.settle();
      branches.goTo(target);
      unit.close(false);
    }
  }

  /** Goes on with the first block, which does not need the flags that there are. */
  private void again() {
    if (unit.flagSource() == null) {
      unit.settle();
    }
    FlagSource flags = unit.flagSource();
    head(root.need());
    int none = spent;
    int attention = asked;
    e.jumpBack(first);
    later.add(() -> {
      e.bind(none);
      e.bind(attention);
      e.addConstant(BUDGET, root.need());
      unit.leaveBetweenBlocks(root.pageOffset, flags);
    });
  }

  /**
   * Emits an instruction, or that it leaves.
   *
   * @param goesOn whether what has left comes back behind it
   * @return whether it has been emitted
   */
  private boolean one(Part part, int index, int next, boolean goesOn) {
    Insn i = part.instructions[index];
    int written = Roles.written(i);
    boolean dead = written != 0 && !Roles.flagsMatter(part, index + 1);
    unit.at(index);
    if (!dead) {
      unit.willWrite(written);
    }
    boolean emitted = emitted(i, next, narrow);
    if (!emitted) {
      leaving++;
      if (goesOn) {
        unit.leave();
      } else {
        unit.leaveForGood();
      }
    }
    if (dead) {
      unit.hasWritten(written);
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
  private void streamLoop(Part part, Streams streams, int plain) {
    Insn[] block = part.instructions;
    boolean vectors = false;
    for (Insn i : block) {
      vectors |= Instructions.usesVectors(i);
    }
    streamLoop.enter(streams, block.length, vectors, counting, plain);
    e.alignByNops(LINE);
    int head = e.length();
    int last = block.length - 1;
    int next = 0;
    for (int index = 0; index < last; index++) {
      next += block[index].length;
      begins(part, index, plain);
      one(part, index, next, false);
    }
    begins(part, last, plain);
    unit.at(last);
    next += block[last].length;
    streamLoop.end(block[last], next, head, block.length, counting ? part.number : -1);
    begins(part, block.length, plain);
  }

  private void begins(Part part, int index, int plain) {
    if (plain == 0) {
      part.starts[index] = e.length();
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
  private void loop(Part part) {
    Insn[] block = part.instructions;
    FlagSource again = unit.flagSource();
    unit.beginLoop(again);
    accesses.beginLoop();
    int head = e.length();
    if (counting) {
      count(part.number);
    }
    head(block.length);
    int next = 0;
    for (int index = 0; index < block.length - 1; index++) {
      next += block[index].length;
      one(part, index, next, false);
    }
    Insn branch = block[block.length - 1];
    if (!Objects.equals(again, unit.flagSource())) {
      throw new IllegalStateException("a loop's flags are not those of its block");
    }
    unit.at(block.length - 1);
    branches.emitLoop(branch, next + branch.length, head);
    unit.close(false);
    unit.finish();
    wayBack(part, again);
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

  /** Whether execution goes on behind {@code i}. */
  static boolean goesOn(Insn i) {
    return i.row.flow() == Flow.NEXT || i.row.flow() == Flow.SYSTEM && Transitions.resumes(i);
  }

  private static boolean fallsThrough(Insn last, boolean emitted) {
    return goesOn(last) || emitted && Transitions.fallsThrough(last);
  }

  /** How many instructions of the block just emitted leave the emitted code each time. */
  int leaving() {
    return leaving;
  }

  /** The jumps of the blocks just emitted to places in their page. */
  List<Branches.Link> links() {
    return branches.links();
  }

  /** The jump to the translation of the first block alone, or null if that is this one. */
  Branches.@Nullable Link fallback() {
    return branches.fallback();
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
  private void wayBack(Part part, @Nullable FlagSource flags) {
    e.bind(spent);
    e.bind(asked);
    e.addConstant(BUDGET, part.size());
    unit.leaveBetweenBlocks(part.pageOffset, flags);
  }
}
