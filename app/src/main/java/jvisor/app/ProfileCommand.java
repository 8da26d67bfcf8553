package jvisor.app;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jvisor.app.user.UserError;
import jvisor.machine.MachineConfig;
import jvisor.machine.MachineException;
import jvisor.machine.Profile;
import jvisor.machine.ProfileSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jvisor profile}: a run, and where its time went. */
@Command(
    name = "profile",
    description = {
      "Runs a guest as 'run' does, and tells at the end where the time went: shares of the engine's"
          + " parts and the devices, why emitted code was left, and the hottest blocks.",
      "",
      "The counting itself costs time; what it costs is told.",
      ""
    },
    footer = {
      "  jvisor profile",
      "  jvisor profile --output boot.txt --kernel vmlinuz --initrd initrd.img",
      "  jvisor profile --json --output boot.json",
      "",
      "Exit status: as of run."
    })
final class ProfileCommand extends RunCommand {
  private final Cli cli;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Where the profile goes (default: standard error).")
  private @Nullable Path output;

  @Option(names = "--json", description = "Write the profile as JSON.")
  private boolean json;

  @Option(
      names = "--blocks",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many of the hottest blocks are shown (default: 10).")
  private int blocks;

  private @Nullable Profile profile;

  ProfileCommand(Cli cli) {
    super(cli);
    this.cli = cli;
  }

  @Override
  public Integer call() throws UserError, MachineException {
    if (blocks < 0) {
      throw new UserError("--blocks " + blocks + ": a number from 0");
    }
    if (isLockStep()) {
      throw new UserError("two engines side by side, --lock-step, have no profile");
    }
    int status = super.call();
    if (profile != null) {
      tell(profile);
    }
    return status;
  }

  @Override
  void prepare(MachineConfig.Builder config) {
    config.profile(new ProfileSpec(blocks, made -> profile = made));
  }

  private void tell(Profile made) throws UserError {
    List<String> text = json ? List.of(Json.text(made)) : ProfileTable.lines(made);
    Path file = output;
    if (file == null) {
      text.forEach(cli.notes()::print);
      return;
    }
    try (PrintStream out =
        new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
      text.forEach(out::println);
      if (out.checkError()) {
        throw new UserError("--output " + file + ": cannot be written");
      }
    } catch (IOException e) {
      throw UserError.of("--output " + file, e);
    }
  }
}
