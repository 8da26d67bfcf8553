package jvisor.cpu.alone;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the files beside the code are. */
public final class SourceTree {
  private SourceTree() {}

  /** The folder of the repository. */
  public static Path root() {
    Path path = Path.of("").toAbsolutePath();
    while (path != null && !Files.exists(path.resolve("ARCHITECTURE.md"))) {
      path = path.getParent();
    }
    if (path == null) {
      throw new IllegalStateException("not in the source tree");
    }
    return path;
  }
}
