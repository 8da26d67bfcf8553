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

  /** Those that they are to hold where the translation begins again. */
  private final @Nullable Window[] first = new @Nullable Window[REGISTERS.length];

  /** Where the next window goes that is in none. */
  private int next;

  /** {@link Unit#moves} when the registers were looked at last. */
  private int moves;

  /** What registers hold at one place, by their number in {@link #REGISTERS}. */
  static final class Held {
    private final @Nullable Window[] windows;
    private final int next;

    private Held(@Nullable Window[] windows, int next) {
      this.windows = windows;
      this.next = next;
    }
  }

  OpenWindows(Unit unit, Accesses accesses) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
  }

  /** Begins a translation that has these, whose first block is so far into its page. */
  void begin(Windows all, int pageOffset) {
    windows = all;
    this.pageOffset = pageOffset;
    Arrays.fill(first, null);
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

  /** What is to be in registers at the head is there. */
  void bringFirst() {
    look();
    Arrays.fill(first, null);
    held[0] = windows.last();
    List<Window> wanted = windows.first();
    for (int n = 0; n < wanted.size(); n++) {
      first[n] = wanted.get(n);
    }
    bringAgain();
  }

  /** The same where the translation begins again. */
  void bringAgain() {
    look();
    for (int n = 0; n < first.length; n++) {
      Window window = first[n];
      if (window != null && held[n] != window) {
        e.load(REGISTERS[n], STATE, Streams.word(window.number));
      }
      held[n] = window;
    }
    next = 0;
  }

  /** Opens them again behind {@code from}, or leaves. */
  void openAgain(Part from) {
    List<Window> followed = new ArrayList<>();
    for (Window window : windows.all()) {
      Windows.Move move = windows.move(window, from);
      if (move != null && move.from() != window && !followed.contains(move.from())) {
        follow(window, move);
        followed.add(window);
      }
    }
    for (Window window : windows.all()) {
      if (!followed.contains(window) && !isMoved(window, from)) {
        open(window);
        forget();
      }
    }
    for (Window window : windows.all()) {
      Windows.Move move = windows.move(window, from);
      if (move != null && move.from() == window && move.by() != 0) {
        follow(window, move);
      }
    }
  }

  private boolean isMoved(Window window, Part from) {
    Windows.Move move = windows.move(window, from);
    return move != null && move.from() == window;
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

  /** A window gets its hva from where it has moved, if that is in the same page; or leaves. */
  private void follow(Window window, Windows.Move move) {
    Window source = move.from();
    int from = of(source, 0);
    bring(source, from);
    int to = spare(1 << from);
    int by = move.by();
    if (by < 0) {
      staysInPage(from, by, to);
    }
    if (by + window.span() > source.span()) {
      staysInPage(from, by + window.span() - 1, to);
    }
    int own = source == window ? from : to;
    e.lea(8, own, from, by);
    e.store(STATE, Streams.word(window.number), own);
    holds(own, window);
  }

  /** Leaves if the byte so far from that at {@code from} is in another page. */
  private void staysInPage(int from, int distance, int scratch) {
    e.lea(8, scratch, from, distance);
    e.operate(Emitter.XOR, scratch, from);
    e.test(scratch, -PAGE);
    unit.leaveIf(Emitter.NOT_EQUAL);
  }

  /** All hold something else. */
  void forget() {
    Arrays.fill(held, null);
  }

  private void holds(int register, Window window) {
    for (int n = 0; n < held.length; n++) {
      if (held[n] == window) {
        held[n] = null;
      }
      if (REGISTERS[n] == register) {
        held[n] = window;
      }
    }
  }

  /** Which registers hold what. */
  Held here() {
    look();
    return new Held(held.clone(), next);
  }

  /** The following is reached where registers held that. */
  void goOnFrom(Held then) {
    moves = unit.moves();
    System.arraycopy(then.windows, 0, held, 0, held.length);
    next = then.next;
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
