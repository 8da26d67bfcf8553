package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;

import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.mmu.TlbLayout;
import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Windows} of the translation that is being written: how they are opened at the head and
 * where it begins again.
 */
final class OpenWindows {
  private static final int PAGE = 4096;

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;
  private Windows windows = Windows.NONE;
  private int pageOffset;

  /** Which registers hold what. */
  final HeldWindows held;

  OpenWindows(Unit unit, Accesses accesses) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
    held = new HeldWindows(unit);
  }

  /** Begins a translation that has these, whose first block is so far into its page. */
  void begin(Windows all, int pageOffset) {
    windows = all;
    this.pageOffset = pageOffset;
    held.begin();
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
    held.bringFirst(windows.first(), windows.last());
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
        held.forget();
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
    int from = held.of(source, 0);
    held.bring(source, from);
    int to = held.spare(1 << from);
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
    held.put(own, window);
  }

  /** Leaves if the byte so far from that at {@code from} is in another page. */
  private void staysInPage(int from, int distance, int scratch) {
    e.lea(8, scratch, from, distance);
    e.operate(Emitter.XOR, scratch, from);
    e.test(scratch, -PAGE);
    unit.leaveIf(Emitter.NOT_EQUAL);
  }
}
