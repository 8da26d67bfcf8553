package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which scratch registers hold the hva of which {@link Window} at this place in the code. */
final class HeldWindows {
  private static final int[] REGISTERS = {ADDRESS, ENTRY, TAG};

  private final Unit unit;
  private final Emitter e;
  private final @Nullable Window[] held = new @Nullable Window[REGISTERS.length];

  /** Those that they are to hold where the translation begins again. */
  private final @Nullable Window[] first = new @Nullable Window[REGISTERS.length];

  /** Where the next window goes that is in none. */
  private int next;

  /** {@link Unit#moves} when the registers were looked at last. */
  private int moves;

  /** What registers hold at one place. */
  static final class Place {
    private final @Nullable Window[] windows;
    private final int next;

    private Place(@Nullable Window[] windows, int next) {
      this.windows = windows;
      this.next = next;
    }
  }

  HeldWindows(Unit unit) {
    this.unit = unit;
    this.e = unit.e;
  }

  /** Begins a translation. */
  void begin() {
    Arrays.fill(first, null);
    forget();
  }

  /**
   * Brings {@code wanted} into registers at the head, where {@code ADDRESS} holds the one opened
   * {@code last}, and others hold none.
   */
  void bringFirst(List<Window> wanted, @Nullable Window last) {
    look();
    held[0] = last;
    for (int n = 0; n < first.length; n++) {
      first[n] = n < wanted.size() ? wanted.get(n) : null;
    }
    bringAgain();
  }

  /** Brings the same where the translation begins again. */
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

  /** All hold something else. */
  void forget() {
    Arrays.fill(held, null);
  }

  /** This window is in a register, and in no other. */
  void put(int register, Window window) {
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
  Place here() {
    look();
    return new Place(held.clone(), next);
  }

  /** The following is reached where registers held that. */
  void goOnFrom(Place then) {
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
