package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.BUDGET;

import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.interpreter.HotTier;
import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/** The translation that is being written: which instruction is at work, and who leaves where. */
final class Unit {
  /** The code. */
  final Emitter e;

  /** Where the guest's flags are. */
  final GuestFlags flags;

  /** Which of the guest's vector and x87 state is in the host's. */
  final HeldState held;

  private final Stubs stubs;
  private final List<Departure> departures = new ArrayList<>();
  private final List<Integer> jumps = new ArrayList<>();

  private int number;
  private int index;
  private int rest;
  private @Nullable FlagSource lost;
  private X87.@Nullable Pointers lostPointers;
  private int loads;
  private final List<Aside> asides = new ArrayList<>();
  private Part part = new Part(new Insn[0], 0);

  /** Code behind everything else, and what was so where it is jumped to. */
  private record Aside(
      Runnable code,
      int number,
      int index,
      int rest,
      Part part,
      GuestFlags.Whereabouts flags,
      X87.@Nullable Pointers pointers) {}

  /** What is so at one place in the code, to go on from there elsewhere. */
  record Place(GuestFlags.Whereabouts flags, HeldState.Held held) {}

  /** An instruction that may leave: from where, and how to come back behind it. */
  private record Departure(
      List<Integer> jumps,
      @Nullable FlagSource lost,
      int exit,
      int index,
      int rest,
      Part part,
      int back,
      boolean flags,
      HeldState.Held held,
      X87.@Nullable Pointers pointers) {}

  Unit(Emitter e, Stubs stubs) {
    this.e = e;
    this.stubs = stubs;
    flags = new GuestFlags(e);
    held = new HeldState(this, stubs);
  }

  /** Begins a translation. */
  void begin() {
    departures.clear();
    jumps.clear();
    flags.forget();
    lost = null;
    held.forget();
    held.setPointers(null);
  }

  /**
   * Begins a loop, entered behind the block: flags are in the slot, or can be had from {@code
   * again}.
   */
  void beginLoop(@Nullable FlagSource again) {
    flags.begin(again);
  }

  /** Begins a loop entered from the block's head: flags are in the slot, vectors anywhere. */
  void beginLoop() {
    beginLoop(null);
    held.forget();
  }

  /**
   * The following is for a block, at whose head {@link Part#need} instructions are off the budget.
   */
  void enter(Part part) {
    number = part.number;
    this.part = part;
    rest = part.rest();
  }

  /** Where we are. */
  Place here() {
    return new Place(flags.here(), held.here());
  }

  /** The following is reached from {@code place} alone. */
  void goOnFrom(Place place) {
    flags.goOnFrom(place.flags);
    held.goOnFrom(place.held);
    held.setPointers(null);
  }

  /**
   * Of the instructions behind the block, all but the next {@code needed} ones go back to the
   * budget. Keeps the flags.
   */
  void giveBack(int needed) {
    budget(rest - needed);
    rest = needed;
  }

  private void budget(int more) {
    if (more != 0) {
      e.lea(8, BUDGET, BUDGET, more);
    }
  }

  /** The following is for instruction {@code index}. */
  void at(int index) {
    this.index = index;
  }

  /** Which instruction this is for. */
  int index() {
    return index;
  }

  /** Of which block. */
  Part part() {
    return part;
  }

  /** How often flags, vectors or x87 state have been moved, by code that uses scratch registers. */
  int moves() {
    return flags.moves() + loads;
  }

  /** Calls {@code routine}, an hva of a stub that loads state or leaves before this instruction. */
  void load(long routine) {
    loads++;
    budget(rest);
    e.constant32(ADDRESS, exit(index) | HotTier.REST);
    e.call(routine);
    budget(-rest);
  }

  // ---------------------------------------------------------------- leaving

  private int exit(int instruction) {
    return number << HotTier.NUMBER_SHIFT | instruction;
  }

  /** If {@code condition} holds, the interpreter does this instruction. */
  void leaveIf(int condition) {
    if (jumps.isEmpty()) {
      lost = flags.here().lost();
      lostPointers = held.pointers();
    }
    jumps.add(e.jumpAhead(condition));
  }

  /** Takes over the jumps of {@link #leaveIf} for this instruction so far. */
  List<Integer> divert() {
    List<Integer> taken = List.copyOf(jumps);
    jumps.clear();
    return taken;
  }

  /** The interpreter does this instruction, and execution comes back behind it. */
  void leave() {
    leaveForGood();
    part.resumes[index] = e.length();
    budget(-rest);
    held.forget();
  }

  /** The interpreter does this branch. */
  void leaveForGood() {
    held.keepPointers();
    flags.settleAndSpoil();
    budget(rest);
    e.constant32(ADDRESS, exit(index));
    e.jump(stubs.leave());
  }

  /** The same, and the slot gets the flags, which only this instruction's source still tells. */
  void leaveBetweenBlocks(int pageOffset, @Nullable FlagSource again) {
    flags.keep(again);
    leaveBetweenBlocks(pageOffset);
  }

  /** Control goes to the machine's loop; the guest is at this offset in the page. */
  void leaveBetweenBlocks(int pageOffset) {
    e.constant32(ADDRESS, Stubs.BOUNDARY | pageOffset);
    e.jump(stubs.leave());
  }

  /** Emits {@code code} behind everything else, as part of this instruction. */
  void aside(Runnable code) {
    asides.add(new Aside(code, number, index, rest, part, flags.here(), held.pointers()));
  }

  /** This instruction is over: what has left during it comes back here, if it goes on. */
  void close(boolean goesOn) {
    if (jumps.isEmpty()) {
      return;
    }
    List<Integer> from = List.copyOf(jumps);
    jumps.clear();
    departures.add(
        new Departure(
            from,
            lost,
            exit(index),
            index,
            rest,
            part,
            goesOn ? e.length() : 0,
            flags.here().held(),
            held.here(),
            lostPointers));
  }

  /** Emits the ways out, and where to go on behind those that come back. */
  void finish() {
    for (Aside aside : asides) {
      number = aside.number;
      index = aside.index;
      rest = aside.rest;
      part = aside.part;
      flags.goOnFrom(aside.flags);
      held.setPointers(aside.pointers);
      aside.code.run();
      close(false);
    }
    asides.clear();
    held.setPointers(null);
    for (Departure d : departures) {
      for (int jump : d.jumps) {
        e.bind(jump);
      }
      flags.keep(d.lost);
      if (d.pointers != null) {
        d.pointers.write(e);
      }
      budget(d.rest);
      e.constant32(ADDRESS, d.exit);
      e.jump(stubs.leave());
      if (d.back > 0) {
        d.part.resumes[d.index] = e.length();
        if (d.held.vectors()) {
          // Behind the next instruction's start nothing has happened yet: it is the next to run.
          e.constant32(ADDRESS, d.exit + 1 | HotTier.REST);
          e.call(stubs.loadVectors());
        }
        if (d.held.x87()) {
          e.constant32(ADDRESS, d.exit + 1 | HotTier.REST);
          e.call(stubs.loadX87());
        }
        budget(-d.rest);
        if (d.flags) {
          flags.load();
        }
        e.jumpBack(d.back);
      }
    }
    departures.clear();
  }
}
