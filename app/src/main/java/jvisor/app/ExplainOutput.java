package jvisor.app;

import jvisor.app.option.Explanation;
import jvisor.app.user.Notes;
import jvisor.app.user.UserError;
import jvisor.machine.ExplainSpec;
import org.jspecify.annotations.Nullable;

/** Where explanations go while a machine runs: standard error or a file. */
final class ExplainOutput implements AutoCloseable {
  private final Explanation wanted;
  private final Notes notes;
  private final @Nullable LineFile file;

  /** Leaves the file alone until it is {@link #open}ed. */
  ExplainOutput(Explanation wanted, Notes notes) {
    this.wanted = wanted;
    this.notes = notes;
    file = wanted.file() == null ? null : new LineFile("--explain", wanted.file());
  }

  /** Creates the file if one is named, or empties it; once there is a machine to explain. */
  void open() throws UserError {
    if (file != null) {
      file.open();
    }
  }

  ExplainSpec spec() {
    return new ExplainSpec(
        wanted.topics(), wanted.from(), wanted.count(), file == null ? notes::print : file::line);
  }

  /** Closes the file; throws if not all of it has been written. */
  @Override
  public void close() throws UserError {
    if (file != null) {
      file.close();
    }
  }
}
