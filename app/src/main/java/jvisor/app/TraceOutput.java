package jvisor.app;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import jvisor.app.option.TraceFile;
import jvisor.app.user.UserError;
import jvisor.machine.TraceSpec;
import org.jspecify.annotations.Nullable;

/** The file that {@code --trace} names, while a machine writes it. */
final class TraceOutput {
  private final TraceFile file;
  private volatile OutputStream stream = OutputStream.nullOutputStream();
  private volatile @Nullable IOException failure;

  /** Leaves the file alone until it is {@link #open}ed. */
  TraceOutput(TraceFile file) {
    this.file = file;
  }

  TraceSpec spec() {
    return new TraceSpec(new Opened(), file.from(), file.count(), e -> failure = e);
  }

  /** Creates the file, or empties it; once there is a machine to write it. */
  void open() throws UserError {
    if (Files.isDirectory(file.path())) {
      throw new UserError("--trace " + file.path() + ": it is a folder");
    }
    try {
      stream = new FileOutputStream(file.path().toFile());
    } catch (IOException e) {
      throw UserError.of("--trace " + file.path(), e);
    }
  }

  /** Throws if the trace is not whole; once the machine has ended. */
  void check() throws UserError {
    IOException broken = failure;
    if (broken != null) {
      throw UserError.of("--trace " + file.path() + ": the trace is cut short", broken);
    }
  }

  /** The file once it is open, nothing before. */
  private final class Opened extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      stream.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      stream.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      stream.flush();
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
