package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.RAX;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.interpreter.HotTier;
import org.jspecify.annotations.Nullable;

/**
 * The translation that is being written: which instruction is at work, where the guest's arithmetic
 * flags are, and who leaves where. Flags are in the host's flags, in the slot of the struct, or in
 * both; wherever control may leave they are in the slot.
 */
final class Unit {
  /** The code. */
  final Emitter e;

  private final Stubs stubs;
  private final List<Departure> departures = new ArrayList<>();
  private final List<Integer> jumps = new ArrayList<>();

  private int number;
  private int index;
  private boolean flagsHeld;
  private boolean slotStale;
  private @Nullable FlagSource source;
  private @Nullable FlagSource lost;
  private boolean vectorsHeld;
  private final List<Aside> asides = new ArrayList<>();
  private int[] resume = {};

  /** Code behind everything else, and what was so where it is jumped to. */
  private record Aside(Runnable code, int index, boolean slotStale, @Nullable FlagSource source) {}

  /** An instruction that may leave: from where, and how to come back behind it. */
  private record Departure(
      List<Integer> jumps,
      @Nullable FlagSource lost,
      int exit,
      int index,
      int back,
      boolean flags,
      boolean vectors) {}

  Unit(Emitter e, Stubs stubs) {
    this.e = e;
    this.stubs = stubs;
  }

  /** Begins translation {@code number} of so many instructions. */
  void begin(int number, int instructions) {
    this.number = number;
    resume = new int[instructions];
    departures.clear();
    jumps.clear();
    flagsHeld = false;
    slotStale = false;
    source = null;
    lost = null;
    vectorsHeld = false;
  }

  /**
   * Begins a loop, entered behind the block: flags are in the slot, or can be had from {@code
   * again}.
   */
  void beginLoop(@Nullable FlagSource again) {
    flagsHeld = false;
    slotStale = again != null;
    source = again;
  }

  /** Begins a loop entered from the block's head: flags are in the slot, vectors anywhere. */
  void beginLoop() {
    beginLoop(null);
    vectorsHeld = false;
  }

  /** How the flags can be had again at this place, or null if only from where they are. */
  @Nullable FlagSource flagSource() {
    return source;
  }

  /** The host's flags hold nothing of the guest's; the slot has them. */
  void flagsSpoiled() {
    flagsHeld = false;
  }

  /** The slot gets the flags that {@code again} tells, if there is such. Spoils the host's. */
  void keep(@Nullable FlagSource again) {
    if (again != null) {
      restoreFlags(again);
      saveFlags();
    }
  }

  /** The following is for instruction {@code index}. */
  void at(int index) {
    this.index = index;
  }

  // ---------------------------------------------------------------- flags

  /** The slot gets the guest's flags; if the host's hold them, they stay as they are. */
  void settle() {
    if (slotStale) {
      hold();
      saveFlags();
      slotStale = false;
    }
  }

  private void saveFlags() {
    e.move(TAG, RAX);
    e.flagsToAx();
    e.store16(STATE, Words.FLAGS, RAX);
    e.move(RAX, TAG);
  }

  /** What follows spoils the host's flags, and may leave. */
  void spoil() {
    if (source == null) {
      settle();
    }
    flagsHeld = false;
  }

  /** What follows spoils the host's flags, and nothing but the struct tells what they were. */
  void settleAndSpoil() {
    settle();
    flagsHeld = false;
  }

  /** The guest's flags are in the slot and nowhere else. */
  void keepFlagsInSlot() {
    settleAndSpoil();
    source = null;
  }

  /** The host's flags get the guest's. */
  void hold() {
    if (!flagsHeld) {
      restoreFlags(slotStale ? source : null);
      flagsHeld = true;
    }
  }

  /** What follows writes these registers of the host, a mask of bits by number. */
  void willWrite(int registers) {
    if (source != null && source.needs(registers)) {
      if (!flagsHeld) {
        settle();
      }
      source = null;
    }
  }

  /**
   * The instruction just emitted has set the guest's flags in the host's.
   *
   * @param again how to have them again, if there is a way
   */
  void flagsSet(@Nullable FlagSource again) {
    flagsHeld = true;
    slotStale = true;
    source = again;
  }

  /** The host's flags hold nothing of the guest's, and what it had need not be kept. */
  void flagsForgotten() {
    flagsHeld = false;
    slotStale = false;
    source = null;
  }

  private void restoreFlags(@Nullable FlagSource from) {
    if (from != null) {
      e.put(from.code(), from.code().length);
      return;
    }
    e.move(TAG, RAX);
    e.load16(RAX, STATE, Words.FLAGS);
    e.flagsFromAx();
    e.move(RAX, TAG);
  }

  // ---------------------------------------------------------------- vectors

  /** What follows uses the guest's vector registers in the host's. */
  void requireVectors() {
    if (vectorsHeld) {
      return;
    }
    settleAndSpoil();
    e.compareWithZero8(STATE, Words.VECTORS_HELD);
    int held = e.jumpAhead(Emitter.NOT_EQUAL);
    loadVectors();
    e.bind(held);
    vectorsHeld = true;
  }

  private void loadVectors() {
    e.constant32(ADDRESS, exit(index) | HotTier.REST);
    e.call(stubs.loadVectors());
  }

  // ---------------------------------------------------------------- leaving

  private int exit(int instruction) {
    return number << HotTier.NUMBER_SHIFT | instruction;
  }

  /** If {@code condition} holds, the interpreter does this instruction. */
  void leaveIf(int condition) {
    if (jumps.isEmpty()) {
      lost = slotStale ? source : null;
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
    settleAndSpoil();
    e.constant32(ADDRESS, exit(index));
    e.jump(stubs.leave());
    resume[index] = e.length();
    vectorsHeld = false;
  }

  /** The interpreter does this branch. */
  void leaveForGood() {
    settleAndSpoil();
    e.constant32(ADDRESS, exit(index));
    e.jump(stubs.leave());
  }

  /** The same, and the slot gets the flags, which only this instruction's source still tells. */
  void leaveBetweenBlocks(int pageOffset, @Nullable FlagSource flags) {
    keep(flags);
    leaveBetweenBlocks(pageOffset);
  }

  /** Control goes to the machine's loop; the guest is at this offset in the page. */
  void leaveBetweenBlocks(int pageOffset) {
    e.constant32(ADDRESS, Stubs.BOUNDARY | pageOffset);
    e.jump(stubs.leave());
  }

  /** Emits {@code code} behind everything else, as part of this instruction. */
  void aside(Runnable code) {
    asides.add(new Aside(code, index, slotStale, source));
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
            from, lost, exit(index), index, goesOn ? e.length() : 0, flagsHeld, vectorsHeld));
  }

  /** Emits the ways out; answers for each instruction where to go on behind it, 0 if nowhere. */
  int[] finish() {
    for (Aside aside : asides) {
      index = aside.index;
      slotStale = aside.slotStale;
      source = aside.source;
      aside.code.run();
      close(false);
    }
    asides.clear();
    for (Departure d : departures) {
      for (int jump : d.jumps) {
        e.bind(jump);
      }
      if (d.lost != null) {
        restoreFlags(d.lost);
        saveFlags();
      }
      e.constant32(ADDRESS, d.exit);
      e.jump(stubs.leave());
      if (d.back > 0) {
        resume[d.index] = e.length();
        if (d.vectors) {
          // Behind the next instruction's start nothing has happened yet: it is the next to run.
          e.constant32(ADDRESS, d.exit + 1 | HotTier.REST);
          e.call(stubs.loadVectors());
        }
        if (d.flags) {
          restoreFlags(null);
        }
        e.jumpBack(d.back);
      }
    }
    departures.clear();
    return resume;
  }
}
