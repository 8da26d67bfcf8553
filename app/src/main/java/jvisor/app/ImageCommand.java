package jvisor.app;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import jvisor.app.image.Image;
import jvisor.app.image.ImageStore;
import jvisor.app.user.UserError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jvisor image}: the guest images under the cache folder. */
@Command(
    name = "image",
    description = "Lists, makes and removes guest images.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  jvisor image build             make the default image again, from the newest packages",
      "  jvisor image list --json",
      "  jvisor image rm mini"
    })
final class ImageCommand {
  private final Cli cli;

  ImageCommand(Cli cli) {
    this.cli = cli;
  }

  /** What {@code list --json} says of an image. */
  record Listed(
      String name,
      boolean built,
      boolean current,
      @Nullable String kernel,
      @Nullable String busybox,
      @Nullable String date,
      long bytes,
      String folder) {}

  @Command(name = "list", description = "Lists the images.")
  int list(@Option(names = "--json", description = "Print JSON.") boolean json) throws UserError {
    ImageStore store = store(false);
    Listed mini = listed(store, ImageStore.MINI);
    if (json) {
      Json.print(List.of(mini), System.out);
    } else if (mini.built()) {
      System.out.printf(
          "%-8s %-28s %4d MiB  %s%s%n",
          mini.name(),
          mini.kernel(),
          (mini.bytes() + (1 << 20) - 1) >> 20,
          mini.folder(),
          mini.current() ? "" : "  (out of date: jvisor image build)");
    } else {
      System.out.printf("%-8s not made yet; 'jvisor image build' makes it%n", mini.name());
    }
    return ExitStatus.OK;
  }

  @Command(
      name = "build",
      description = "Makes an image from packages of the host's APT repository.")
  int build(
      @Parameters(
              arity = "0..1",
              paramLabel = "NAME",
              defaultValue = ImageStore.MINI,
              description = "The image (default: mini).")
          String name,
      @Option(names = "--if-missing", description = "Do nothing if it is there and up to date.")
          boolean ifMissing,
      @Option(
              names = {"-v", "--verbose"},
              description = "Show what APT says.")
          boolean verbose)
      throws UserError {
    known(name);
    Image image = ifMissing ? store(verbose).mini() : store(verbose).build();
    System.out.println(image.folder());
    return ExitStatus.OK;
  }

  @Command(name = "rm", description = "Removes an image.")
  int remove(@Parameters(paramLabel = "NAME", description = "The image.") String name)
      throws UserError {
    known(name);
    if (!store(false).remove(name)) {
      throw new UserError("image " + name + " has not been made");
    }
    return ExitStatus.OK;
  }

  private ImageStore store(boolean verbose) {
    return new ImageStore(cli.folders(), cli.notes(), verbose);
  }

  private static void known(String name) throws UserError {
    if (!name.equals(ImageStore.MINI)) {
      throw new UserError("there is no image '" + name + "', only " + ImageStore.MINI);
    }
  }

  private static Listed listed(ImageStore store, String name) throws UserError {
    Optional<Image> found = store.find(name);
    String folder = store.folder(name).toString();
    if (found.isEmpty()) {
      return new Listed(name, false, false, null, null, null, 0, folder);
    }
    Image image = found.get();
    try {
      return new Listed(
          name,
          true,
          store.current(image),
          image.info().kernel(),
          image.info().busybox(),
          image.info().built(),
          Files.size(image.kernel()) + Files.size(image.initrd()),
          folder);
    } catch (IOException e) {
      throw UserError.of("cannot read image " + name, e);
    }
  }
}
