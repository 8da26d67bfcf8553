package jvisor.app;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jvisor.app.option.Explanation;
import jvisor.app.user.Notes;
import jvisor.app.user.UserError;
import jvisor.machine.ExplainSpec;
import org.jspecify.annotations.Nullable;

/** Where explanations go while a machine runs: standard error or a file. */
final class ExplainOutput implements AutoCloseable {
  private final Explanation wanted;
  private final Notes notes;
  private @Nullable BufferedWriter writer;
  private @Nullable IOException failure;

  /** Leaves the file alone until it is {@link #open}ed. */
  ExplainOutput(Explanation wanted, Notes notes) {
    this.wanted = wanted;
    this.notes = notes;
  }

  /** Creates the file if one is named, or empties it; once there is a machine to explain. */
  synchronized void open() throws UserError {
    Path file = wanted.file();
    try {
      writer = file == null ? null : Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw UserError.of("--explain " + file, e);
    }
  }

  ExplainSpec spec() {
    return new ExplainSpec(wanted.topics(), wanted.from(), wanted.count(), this::line);
  }

  private synchronized void line(String line) {
    BufferedWriter out = writer;
    if (wanted.file() == null) {
      notes.print(line);
    } else if (out != null && failure == null) {
      try {
        out.write(line);
        out.newLine();
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  /** Closes the file; throws if not all of it has been written. */
  @Override
  public synchronized void close() throws UserError {
    try {
      if (writer != null) {
        writer.close();
      }
    } catch (IOException e) {
      failure = e;
    }
    if (failure != null) {
      throw UserError.of("--explain " + wanted.file(), failure);
    }
  }
}
