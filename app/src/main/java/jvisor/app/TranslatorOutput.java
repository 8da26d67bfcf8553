package jvisor.app;

import java.nio.file.Path;
import java.util.Optional;
import jvisor.app.user.UserError;
import jvisor.machine.TranslatorSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the engine "translator", and the file that its log goes to. */
final class TranslatorOutput implements AutoCloseable {
  @Option(
      names = "--translator",
      paramLabel = "NAME=VALUE,...",
      defaultValue = "",
      description = {
        "Settings of the engine 'translator', to find out which part of it is to blame:",
        "threshold=N translates a block when it is entered for the Nth time, 0 all at once;",
        "verify=on proves of each that it can reach nothing but the guest;",
        "without=NAME+NAME does without optimisations, all without any: docs/profile.md has",
        "their names, as has the message about one that there is not."
      })
  private String settings = "";

  @Option(
      names = "--translator-log",
      paramLabel = "FILE",
      description = "Write every translation, the guest's code beside the host's.")
  private @Nullable Path path;

  private @Nullable LineFile file;

  /** What the machine is to know. */
  TranslatorSpec spec() {
    LineFile log = path == null ? null : new LineFile("--translator-log", path);
    file = log;
    return new TranslatorSpec(settings, log == null ? Optional.empty() : Optional.of(log::line));
  }

  /** Creates the file or empties it; once there is a machine to write it. */
  void open() throws UserError {
    if (file != null) {
      file.open();
    }
  }

  /** Closes the file; throws if not all of it has been written. */
  @Override
  public void close() throws UserError {
    if (file != null) {
      file.close();
    }
  }
}
