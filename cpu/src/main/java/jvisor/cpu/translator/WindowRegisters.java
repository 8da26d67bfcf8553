package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which scratch registers hold the hva of which {@link Window} at this place in the code. */
final class WindowRegisters {
  private static final int[] REGISTERS = {ADDRESS, ENTRY, TAG};

  private final Unit unit;
  private final @Nullable Window[] held = new @Nullable Window[REGISTERS.length];

  /** Where the next window goes that is in none. */
  private int next;

  /** {@link Unit#moves} when the registers were looked at last. */
  private int moves;

  WindowRegisters(Unit unit) {
    this.unit = unit;
  }

  /** All hold something else. */
  void forget() {
    Arrays.fill(held, null);
  }

  /** {@code ADDRESS} holds this window, if it is one, and nothing else holds any. */
  void holds(@Nullable Window window) {
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
        unit.e.load(register, STATE, Streams.word(window.number));
        held[n] = window;
        next = (n + 1) % held.length;
      }
    }
  }
}
