package jvisor.app;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jvisor.app.user.UserError;
import org.jspecify.annotations.Nullable;

/** A file of lines that a machine writes while it runs, and what has gone wrong with it. */
final class LineFile implements AutoCloseable {
  private final String option;
  private final Path path;
  private @Nullable BufferedWriter writer;
  private @Nullable IOException failure;

  /** The file that an option names; it is left alone until it is {@link #open}ed. */
  LineFile(String option, Path path) {
    this.option = option;
    this.path = path;
  }

  /** Creates the file, or empties it. */
  synchronized void open() throws UserError {
    try {
      writer = Files.newBufferedWriter(path);
    } catch (IOException e) {
      throw UserError.of(option + " " + path, e);
    }
  }

  /** Writes a line, if the file is open and all has gone well so far. */
  synchronized void line(String line) {
    BufferedWriter out = writer;
    if (out != null && failure == null) {
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
      throw UserError.of(option + " " + path, failure);
    }
  }
}
