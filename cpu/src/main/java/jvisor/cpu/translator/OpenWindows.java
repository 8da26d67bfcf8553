package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.mmu.TlbLayout;
import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Windows} of the translation that is being written, and which scratch registers hold
 * the hva of which at this place in the code.
 */
final class OpenWindows {
  private static final int[] REGISTERS = {ADDRESS, ENTRY, TAG};

  private static final int PAGE = 4096;

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;
  private Windows windows = Windows.NONE;
  private int pageOffset;
  private final @Nullable Window[] held = new @Nullable Window[REGISTERS.length];

  /** Where the next window goes that is in none. */
  private int next;

  /** {@link Unit#moves} when the registers were looked at last. */
  private int moves;

  OpenWindows(Unit unit, Accesses accesses) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
  }

  /** Begins a translation that has these, whose first block is so far into its page. */
  void begin(Windows all, int first) {
    windows = all;
    pageOffset = first;
    forget();
  }

  /** The window of the instruction's memory operand, or null if it has to be probed. */
  @Nullable Window window() {
    return windows.at(unit.part(), unit.index());
  }

  /** How far into its window that is. */
  int distance() {
    return windows.distance(unit.part(), unit.index());
  }

  /** The window of what the instruction accesses on the stack unnamed, or null. */
  @Nullable Window stackWindow() {
    return windows.onStack(unit.part(), unit.index());
  }

  /** How far into its window that is. */
  int stackDistance() {
    return windows.distanceOnStack(unit.part(), unit.index());
  }

  /**
   * Opens all, at the head. The last one is in {@code ADDRESS} then.
   *
   * @return for each the jumps that are taken if it cannot be opened
   */
  List<List<Integer>> open() {
    return windows.all().stream()
        .map(window -> {
          open(window);
          return unit.divert();
        })
        .toList();
  }

  /** Some windows were not opened: which one last, and how often, is for {@link Words#SHUTS}. */
  void tellShut(List<List<Integer>> shut, int number) {
    List<Integer> told = new ArrayList<>();
    for (int n = 0; n < shut.size(); n++) {
      shut.get(n).forEach(e::bind);
      e.constant32(ADDRESS, number << HotTier.NUMBER_SHIFT | n);
      if (n < shut.size() - 1) {
        told.add(e.jumpAhead());
      }
    }
    told.forEach(e::bind);
    e.store(STATE, Words.SHUT, ADDRESS);
    e.load(ADDRESS, STATE, Words.SHUTS);
    e.lea(8, ADDRESS, ADDRESS, 1);
    e.store(STATE, Words.SHUTS, ADDRESS);
  }

  /** Opens them again behind {@code from}, or leaves. The last one is in {@code ADDRESS} then. */
  void openAgain(Part from) {
    Window inAddress = null;
    for (Window window : windows.all()) {
      int by = windows.moved(window, from);
      if (by == Window.AWAY || by % window.alignment != 0) {
        open(window);
      } else if (by != 0) {
        move(window, by);
      }
      inAddress = by == 0 ? inAddress : window;
    }
    Window last = windows.last();
    if (last != null && last != inAddress) {
      e.load(ADDRESS, STATE, Streams.word(last.number));
    }
  }

  /** Probes a window whose registers are as at the head, and keeps its hva; or leaves. */
  private void open(Window window) {
    if (window.base == Insn.RIP) {
      accesses.fromBlock(8, ADDRESS, window.first - pageOffset);
    } else {
      accesses.form(8, ADDRESS, window.base, window.index, window.scale, (int) window.first);
    }
    accesses.addSegment(window.segment);
    accesses.lookUpStream(window.span(), window.written, window.alignment);
    e.operate(Emitter.ADD, ADDRESS, ENTRY, TlbLayout.ADDEND);
    e.store(STATE, Streams.word(window.number), ADDRESS);
  }

  /** Moves a window by so many bytes if it stays in its page, or leaves. */
  private void move(Window window, int by) {
    e.load(ADDRESS, STATE, Streams.word(window.number));
    e.lea(8, TAG, ADDRESS, by < 0 ? by : by + window.span() - 1);
    e.operate(Emitter.XOR, TAG, ADDRESS);
    e.test(TAG, -PAGE);
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.lea(8, ADDRESS, ADDRESS, by);
    e.store(STATE, Streams.word(window.number), ADDRESS);
  }

  /** All begins where the last one is in {@code ADDRESS}, and no other in a register. */
  void beginAgain() {
    holds(windows.last());
  }

  /** All hold something else. */
  void forget() {
    Arrays.fill(held, null);
  }

  private void holds(@Nullable Window window) {
    look();
    forget();
    held[0] = window;
    next = 1;
  }

  /** One holds something else. */
  void forget(int register) {
    for (int n = 0; n < held.length; n++) {
      if (REGISTERS[n] == register) {
        held[n] = null;
      }
    }
  }

  /** The register that holds a window or will; none of {@code busy}, a mask of bits. */
  int of(Window window, int busy) {
    look();
    for (int n = 0; n < held.length; n++) {
      if (held[n] == window && isFree(n, busy)) {
        return REGISTERS[n];
      }
    }
    int n = next;
    while (!isFree(n, busy)) {
      n = (n + 1) % held.length;
    }
    return REGISTERS[n];
  }

  /** A scratch register that holds nothing any more; none of {@code busy}. */
  int spare(int busy) {
    look();
    int n = next;
    while (!isFree(n, busy)) {
      n = (n + 1) % held.length;
    }
    for (int other = 0; other < held.length; other++) {
      n = held[other] == null && isFree(other, busy) ? other : n;
    }
    held[n] = null;
    return REGISTERS[n];
  }

  private void look() {
    if (moves != unit.moves()) {
      moves = unit.moves();
      forget();
    }
  }

  private static boolean isFree(int n, int busy) {
    return (busy >> REGISTERS[n] & 1) == 0;
  }

  /** The window's hva is in {@code register}, as {@link #of} has said. Keeps the flags. */
  void bring(Window window, int register) {
    look();
    for (int n = 0; n < held.length; n++) {
      if (REGISTERS[n] == register && held[n] != window) {
        e.load(register, STATE, Streams.word(window.number));
        held[n] = window;
        next = (n + 1) % held.length;
      }
    }
  }
}
