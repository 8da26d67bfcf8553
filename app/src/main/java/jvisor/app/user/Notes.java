package jvisor.app.user;

import java.io.PrintStream;

/**
 * Our lines on the error stream. Safe for several threads; a line is never torn, and a progress bar
 * that stands there steps aside.
 */
public final class Notes {
  private static final String BOLD_RED = "\u001b[1;31m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final boolean colour;
  private boolean raw;
  private boolean barShown;

  /**
   * Writes to {@code out}.
   *
   * @param terminal whether a person watches, so that bars may be drawn
   * @param colour whether colours may be used
   */
  public Notes(PrintStream out, boolean terminal, boolean colour) {
    this.out = out;
    this.terminal = terminal;
    this.colour = colour && terminal;
  }

  /** Whether the error stream is a terminal. */
  public boolean terminal() {
    return terminal;
  }

  /** Tells whether the terminal is in raw mode, where a line end needs its carriage return. */
  public synchronized void raw(boolean raw) {
    this.raw = raw;
  }

  /** An error, in one line. */
  public void error(String line) {
    print(colour ? BOLD_RED + "jvisor:" + PLAIN + " " + line : "jvisor: " + line);
  }

  /** Something worth knowing, in one line. */
  public void note(String line) {
    print(colour ? DIM + "jvisor: " + line + PLAIN : "jvisor: " + line);
  }

  /** Text as it is, such as a register dump; line ends are added. */
  public synchronized void print(String text) {
    erase();
    String end = raw ? "\r\n" : "\n";
    out.print(text.replace("\n", end) + end);
    out.flush();
  }

  /** Ends a line that the guest has left unfinished on the terminal. */
  public synchronized void freshLine() {
    out.print(raw ? "\r\n" : "\n");
    out.flush();
  }

  /** Shows {@code bar} in place of the one before; only on a terminal. */
  synchronized void bar(String bar) {
    if (terminal) {
      out.print(ERASE + bar);
      out.flush();
      barShown = true;
    }
  }

  /** Takes the bar away. */
  synchronized void erase() {
    if (barShown) {
      out.print(ERASE);
      out.flush();
      barShown = false;
    }
  }
}
