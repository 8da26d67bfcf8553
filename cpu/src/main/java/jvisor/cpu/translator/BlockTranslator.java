package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.BUDGET;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/** Emits a block, or those that follow each other: head, instructions, ways out. */
final class BlockTranslator {
  private static final Part NOTHING = new Part(new Insn[0], 0);

  private final Emitter e;
  private final Unit unit;
  private final Accesses accesses;
  private final OpenWindows open;
  private final Branches branches;
  private final Head head;
  private final Steps steps;
  private final Loops loops;
  private final boolean counting;
  private final Switches switches;
  private final Deque<Runnable> later = new ArrayDeque<>();
  private boolean narrow;
  private Part root = NOTHING;
  private boolean tree;
  private int first;
  private TreePlan plan;
  private boolean again;
  private final List<Integer> back = new ArrayList<>();

  BlockTranslator(Emitter e, Stubs stubs, Set<Feature> hostFeatures, TranslatorOptions options) {
    this.e = e;
    counting = options.counting();
    switches = options.switches();
    unit = new Unit(e, stubs);
    accesses = new Accesses(unit);
    open = new OpenWindows(unit, accesses);
    Stack stack = new Stack(unit, accesses, open);
    branches = new Branches(unit, accesses, open.held, stack, switches);
    head = new Head(unit, open.held);
    steps = new Steps(unit, accesses, open, stack, branches, hostFeatures, switches);
    loops = new Loops(unit, accesses, branches, steps, head, options);
    plan = new TreePlan(root, false, steps);
  }

  /**
   * Emits a translation of these blocks, which learn where their code is.
   *
   * @param narrow whether they are 32-bit code
   */
  void emit(Part root, boolean narrow) {
    emit(root, narrow, root.goesOn(), List.of());
  }

  /**
   * Emits a translation of these blocks besides that of the first one alone, with no window where
   * those were that have been {@code shut}.
   *
   * @param narrow whether they are 32-bit code
   */
  void emitTree(Part root, boolean narrow, Collection<Window.Place> shut) {
    emit(root, narrow, true, shut);
  }

  private void emit(Part root, boolean narrow, boolean tree, Collection<Window.Place> shut) {
    this.tree = tree;
    this.narrow = narrow;
    this.root = root;
    again = false;
    unit.begin();
    branches.begin(narrow);
    plan = new TreePlan(root, narrow, steps);
    steps.begin(narrow, plan::stays);
    if (tree) {
      plan.prepare(switches.isOn(Optimisation.WINDOWS), shut);
    }
    open.begin(plan.windows(), root.pageOffset);
    begin(root);
    if (tree) {
      tree();
    } else {
      alone();
    }
    branches.finish();
  }

  /** Emits the first block and those that follow it in this translation. */
  private void tree() {
    back.clear();
    head.ask(root.need());
    back.add(head.spent());
    int attention = head.asked();
    unit.at(0);
    if (plan.vectorsFirst()) {
      unit.held.requireVectors();
    }
    List<List<Integer>> shut = open.open();
    open.bringFirst();
    first = e.length();
    body(root, false);
    while (!later.isEmpty()) {
      later.remove().run();
    }
    unit.finish();
    if (!shut.isEmpty()) {
      open.tellShut(shut, root.number);
    }
    back.forEach(e::bind);
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
      head.count(root.number);
    }
    head.ask(root.size());
    Streams streams = loops.streams(root.instructions, narrow);
    if (streams == null) {
      plain(true);
    } else if (streams.all().isEmpty()) {
      loops.streamLoop(root, streams, 0);
      head.wayBack(root, null);
    } else {
      int enter = e.jumpAhead();
      int plain = e.length();
      plain(false);
      e.bind(enter);
      loops.streamLoop(root, streams, plain);
    }
  }

  /**
   * Emits the block behind its head.
   *
   * @param loop whether to emit it once more as a loop, if it is one
   */
  private void plain(boolean loop) {
    boolean again = body(root, loop);
    unit.finish();
    head.wayBack(root, null);
    if (again && steps.leaving() == 0) {
      loops.loop(root);
    }
  }

  /**
   * Emits a block and what follows it; whether the block branches to itself and so may be a loop.
   */
  private boolean body(Part part, boolean loop) {
    Insn[] block = part.instructions;
    begin(part);
    if (counting && tree) {
      head.count(part.number);
    }
    int last = block.length - 1;
    int next = 0;
    for (int index = 0; index < last; index++) {
      next += block[index].length;
      part.starts[index] = e.length();
      steps.one(part, index, next, plan.windows().isEmpty() && Steps.goesOn(block[index]));
    }
    part.starts[last] = e.length();
    if (part.goesOn() || part != root && (plan.branchesBack(part) || plan.fallsBack(part))) {
      fork(part, next + block[last].length);
      return false;
    }
    boolean again =
        loop
            && steps.leaving() == 0
            && switches.isOn(Optimisation.LOOPS)
            && Loops.isLoop(block, narrow);
    if (again) {
      branches.loops();
    }
    next += block[last].length;
    boolean lastEmitted = steps.one(part, last, next, Steps.goesOn(block[last]));
    if (Steps.fallsThrough(block[last], lastEmitted)) {
      unit.flags.settle();
      unit.at(block.length);
      branches.goTo(next);
      unit.close(false);
    }
    part.starts[block.length] = e.length();
    return again;
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
    unit.held.keepPointers();
    switch (i.mnemonic()) {
      case JCC -> {
        unit.flags.hold();
        boolean straight = plan.isFirst(part);
        int away = e.jumpAhead(i.condition() ^ (straight ? 0 : 1));
        part.starts[last + 1] = e.length();
        Unit.Place here = unit.here();
        HeldWindows.Place held = open.held.here();
        later.add(() -> {
          e.bind(away);
          begin(part);
          unit.at(last);
          unit.goOnFrom(here);
          open.held.goOnFrom(held);
          goOn(part, straight ? part.taken : part.next, straight ? next + i.a.value() : next);
        });
        goOn(part, straight ? part.next : part.taken, straight ? next : next + i.a.value());
      }
      case JMP -> {
        part.starts[last + 1] = e.length();
        goOn(part, part.next, next + i.a.value());
      }
      case CALL -> {
        unit.flags.willWrite(Roles.written(i));
        branches.callOn(i, next);
        unit.close(false);
        part.starts[last + 1] = e.length();
        goOn(part, part.next, next + i.a.value());
      }
      default -> {
        steps.one(part, last, next, plan.windows().isEmpty());
        part.starts[last + 1] = e.length();
        goOn(part, part.next, next);
      }
    }
  }

  /** Goes on with {@code part}, or if that is null elsewhere, at an offset from the block. */
  private void goOn(Part from, @Nullable Part part, long target) {
    unit.giveBack(part == null ? 0 : part.need());
    if (part != null) {
      body(part, false);
    } else if (plan.isAgain(from, target) && (!plan.vectorsFirst() || unit.held.hasVectors())) {
      again(from);
    } else {
      unit.flags.settle();
      branches.goTo(target);
      unit.close(false);
    }
  }

  /** Goes on with the first block. */
  private void again(Part from) {
    again = true;
    if (Roles.flagsMatter(root, 0, plan::stays)) {
      unit.flags.settle();
    }
    unit.flags.secure();
    FlagSource flags = unit.flags.isSettled() ? null : unit.flags.source();
    head.ask(root.need());
    int none = head.spent();
    int attention = head.asked();
    open.openAgain(from);
    List<Integer> shut = unit.divert();
    open.held.bringAgain();
    e.jumpBack(first);
    later.add(() -> {
      if (!shut.isEmpty()) {
        shut.forEach(e::bind);
        unit.flags.keep(flags);
        back.add(e.jumpAhead());
      }
      e.bind(none);
      e.bind(attention);
      e.addConstant(BUDGET, root.need());
      unit.leaveBetweenBlocks(root.pageOffset, flags);
    });
  }

  /** Where the windows of the blocks just emitted are, by number. */
  List<Window.Place> windows() {
    return plan.windows().all().stream().map(Window::place).toList();
  }

  /** Whether the first of the blocks just emitted is gone on with behind some of them. */
  boolean again() {
    return again;
  }

  /** How many instructions of the block just emitted leave the emitted code each time. */
  int leaving() {
    return steps.leaving();
  }

  /** The jumps of the blocks just emitted to places in their page. */
  List<Branches.Link> links() {
    return branches.links();
  }

  /** The jump to the translation of the first block alone, or null if that is this one. */
  Branches.@Nullable Link fallback() {
    return branches.fallback();
  }
}
