package jvisor.app;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import jvisor.app.option.TraceFile;
import jvisor.app.user.UserError;
import jvisor.machine.TraceSpec;
import org.jspecify.annotations.Nullable;

/** The file that {@code --trace} names, while a machine writes it. */
final class TraceOutput {
  private final TraceFile file;
  private final FileOutputStream stream;
  private volatile @Nullable IOException failure;

  /** Creates the file. */
  TraceOutput(TraceFile file) throws UserError {
    this.file = file;
    if (Files.isDirectory(file.path())) {
      throw new UserError("--trace " + file.path() + ": it is a folder");
    }
    try {
      stream = new FileOutputStream(file.path().toFile());
    } catch (IOException e) {
      throw UserError.of("--trace " + file.path(), e);
    }
  }

  TraceSpec spec() {
    return new TraceSpec(stream, file.from(), file.count(), e -> failure = e);
  }

  /** Throws if the trace is not whole; once the machine has ended. */
  void check() throws UserError {
    IOException broken = failure;
    if (broken != null) {
      throw UserError.of("--trace " + file.path() + ": the trace is cut short", broken);
    }
  }
}
