package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.BUDGET;
import static jvisor.cpu.translator.Registers.STATE;

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

  private final Stubs stubs;
  private final List<Departure> departures = new ArrayList<>();
  private final List<Integer> jumps = new ArrayList<>();

  private int number;
  private int index;
  private int rest;
  private @Nullable FlagSource lost;
  private X87.@Nullable Pointers lostPointers;
  private boolean vectorsHeld;
  private boolean x87Held;
  private X87.@Nullable Pointers pointers;
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
  record Place(GuestFlags.Whereabouts flags, boolean vectorsHeld, boolean x87Held) {}

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
      boolean vectors,
      boolean x87,
      X87.@Nullable Pointers pointers) {}

  Unit(Emitter e, Stubs stubs) {
    this.e = e;
    this.stubs = stubs;
    flags = new GuestFlags(e);
  }

  /** Begins a translation. */
  void begin() {
    departures.clear();
    jumps.clear();
    flags.forget();
    lost = null;
    vectorsHeld = false;
    x87Held = false;
    pointers = null;
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
    vectorsHeld = false;
    x87Held = false;
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
    return new Place(flags.here(), vectorsHeld, x87Held);
  }

  /** The following is reached from {@code place} alone. */
  void goOnFrom(Place place) {
    flags.goOnFrom(place.flags);
    vectorsHeld = place.vectorsHeld;
    x87Held = place.x87Held;
    pointers = null;
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

  // ---------------------------------------------------------------- vectors

  /** How often flags, vectors or x87 state have been moved, by code that uses scratch registers. */
  int moves() {
    return flags.moves() + loads;
  }

  /** Whether the guest's vector registers are known to be in the host's. */
  boolean vectorsHeld() {
    return vectorsHeld;
  }

  /** What follows uses the guest's vector registers in the host's. */
  void requireVectors() {
    if (vectorsHeld) {
      return;
    }
    keepPointers();
    flags.settleAndSpoil();
    e.compareWithZero8(STATE, Words.VECTORS_HELD);
    int held = e.jumpAhead(Emitter.NOT_EQUAL);
    loadVectors();
    e.bind(held);
    vectorsHeld = true;
  }

  private void loadVectors() {
    load(stubs.loadVectors());
  }

  private void load(long routine) {
    loads++;
    budget(rest);
    e.constant32(ADDRESS, exit(index) | HotTier.REST);
    e.call(routine);
    budget(-rest);
  }

  // ---------------------------------------------------------------- x87

  /** What follows uses the guest's x87 state in the host's. */
  void requireX87() {
    if (x87Held) {
      return;
    }
    flags.settleAndSpoil();
    e.compareWithZero8(STATE, Words.X87_USABLE);
    int usable = e.jumpAhead(Emitter.NOT_EQUAL);
    load(stubs.loadX87());
    e.bind(usable);
    x87Held = true;
  }

  /**
   * The instruction just emitted, {@code offset} bytes into the block, is the last one of the FPU,
   * and its operand, if it has one, the last operand, whose address the struct has already.
   */
  void pointsTo(Insn i, int offset) {
    int segment =
        i.hasMemory() ? i.segment : pointers != null ? pointers.segment() : Insn.NO_REGISTER;
    pointers = new X87.Pointers(part.pageOffset + offset, segment);
  }

  /** The struct gets the FPU's pointers, if they have changed. Keeps the flags. */
  void keepPointers() {
    if (pointers != null) {
      pointers.write(e);
      pointers = null;
    }
  }

  // ---------------------------------------------------------------- leaving

  private int exit(int instruction) {
    return number << HotTier.NUMBER_SHIFT | instruction;
  }

  /** If {@code condition} holds, the interpreter does this instruction. */
  void leaveIf(int condition) {
    if (jumps.isEmpty()) {
      lost = flags.here().lost();
      lostPointers = pointers;
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
    vectorsHeld = false;
    x87Held = false;
  }

  /** The interpreter does this branch. */
  void leaveForGood() {
    keepPointers();
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
    asides.add(new Aside(code, number, index, rest, part, flags.here(), pointers));
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
            vectorsHeld,
            x87Held,
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
      pointers = aside.pointers;
      aside.code.run();
      close(false);
    }
    asides.clear();
    pointers = null;
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
        if (d.vectors) {
          // Behind the next instruction's start nothing has happened yet: it is the next to run.
          e.constant32(ADDRESS, d.exit + 1 | HotTier.REST);
          e.call(stubs.loadVectors());
        }
        if (d.x87) {
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
