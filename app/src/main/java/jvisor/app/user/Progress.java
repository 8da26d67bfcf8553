package jvisor.app.user;

import java.util.Locale;

/**
 * A bar on the error stream while a person waits; nothing at all where there is no terminal. Close
 * it to take it away.
 */
public final class Progress implements AutoCloseable {
  private static final int WIDTH = 24;
  private static final long REDRAW_NANOS = 50_000_000;

  private final Notes notes;
  private final String what;
  private final long started = System.nanoTime();
  private long drawn = started - REDRAW_NANOS;

  /** Starts a bar; {@code what} is one or two words, such as "kernel". */
  public Progress(Notes notes, String what) {
    this.notes = notes;
    this.what = what;
  }

  /** Shows that {@code fraction} of the work is done, 0 to 1. */
  public void done(double fraction) {
    if (due()) {
      double clipped = Math.clamp(fraction, 0.0, 1.0);
      int filled = (int) (clipped * WIDTH);
      show(bar(0, filled), String.format(Locale.ROOT, "%3d %%", (int) (clipped * 100)));
    }
  }

  /** Shows that the work goes on, where nobody knows how much of it there is. */
  public void alive() {
    if (due()) {
      long tenths = (System.nanoTime() - started) / 100_000_000;
      int phase = (int) (tenths % (2L * (WIDTH - 4)));
      int at = phase < WIDTH - 4 ? phase : 2 * (WIDTH - 4) - phase;
      show(bar(at, at + 4), tenths / 10 + " s");
    }
  }

  @Override
  public void close() {
    notes.erase();
  }

  private boolean due() {
    long now = System.nanoTime();
    if (!notes.terminal() || now - drawn < REDRAW_NANOS) {
      return false;
    }
    drawn = now;
    return true;
  }

  private void show(String bar, String rest) {
    notes.bar(String.format(Locale.ROOT, "%-22s [%s] %s", what, bar, rest));
  }

  private static String bar(int from, int to) {
    return " ".repeat(from) + "=".repeat(to - from) + " ".repeat(WIDTH - to);
  }
}
