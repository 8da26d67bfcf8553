package jvisor.machine.trace;

import java.io.IOException;

/** A file is no trace, or a damaged one. The message is one line that does not name the file. */
public final class TraceException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says what is wrong. */
  public TraceException(String message) {
    super(message);
  }
}
