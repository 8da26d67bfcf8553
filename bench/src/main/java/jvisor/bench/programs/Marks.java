package jvisor.bench.programs;

import java.io.IOException;

/**
 * Understands the marks that {@code init} and one program print: {@code @start}, {@code @end},
 * {@code @sum HEX} and {@code @exit STATUS}, in this order. Lines without {@code @} are anybody's.
 */
final class Marks {
  private static final String SUM = "@sum ";
  private static final String EXIT = "@exit ";

  /**
   * What a program did.
   *
   * @param nanos from its start mark to its end mark
   * @param sum what its work came out as
   */
  record Outcome(long nanos, String sum) {}

  private final String program;
  private State state = State.BEFORE;
  private long started;
  private long ended;
  private String sum = "";

  private enum State {
    BEFORE,
    RUNNING,
    OVER,
    SUMMED,
    GONE
  }

  /** For one run of {@code program}. */
  Marks(String program) {
    this.program = program;
  }

  /**
   * Takes a line that arrived at {@code nanos}.
   *
   * @return whether the program is gone, and {@link #outcome} can be asked
   */
  boolean accept(String line, long nanos) throws IOException {
    if (!line.startsWith("@")) {
      return false;
    }
    if (line.equals("@start")) {
      follow(State.BEFORE, State.RUNNING, line);
      started = nanos;
    } else if (line.equals("@end")) {
      follow(State.RUNNING, State.OVER, line);
      ended = nanos;
    } else if (line.startsWith(SUM)) {
      follow(State.OVER, State.SUMMED, line);
      sum = line.substring(SUM.length());
    } else if (line.equals("@exit 0")) {
      follow(State.SUMMED, State.GONE, line);
    } else if (line.startsWith(EXIT)) {
      throw new IOException(program + " ended with status " + line.substring(EXIT.length()));
    } else {
      throw new IOException(program + " said " + line);
    }
    return state == State.GONE;
  }

  /** What the program did, once it is gone. */
  Outcome outcome() {
    if (state != State.GONE) {
      throw new IllegalStateException(program + " is not gone");
    }
    return new Outcome(ended - started, sum);
  }

  private void follow(State before, State after, String line) throws IOException {
    if (state != before) {
      throw new IOException(program + " said " + line + " out of turn");
    }
    state = after;
  }
}
