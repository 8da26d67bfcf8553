package jvisor.app.user;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The folders that the XDG Base Directory Specification gives us.
 *
 * @param cache what can be made again, such as guest images
 * @param state what outlives a run but need not be kept, such as reports
 */
public record Folders(Path cache, Path state) {
  /** The folders for a process with this environment. */
  public static Folders of(Map<String, String> environment) {
    return new Folders(
        folder(environment, "XDG_CACHE_HOME", ".cache"),
        folder(environment, "XDG_STATE_HOME", ".local/state"));
  }

  /** The reports of our own errors. */
  public Path reports() {
    return state.resolve("reports");
  }

  private static Path folder(Map<String, String> environment, String name, String fallback) {
    String value = environment.get(name);
    // The specification has relative paths ignored.
    if (value != null && value.startsWith("/")) {
      return Path.of(value, "jvisor");
    }
    return Path.of(home(environment.get("HOME")), fallback, "jvisor");
  }

  private static String home(@Nullable String home) {
    return home != null && !home.isEmpty() ? home : System.getProperty("user.home", "/");
  }
}
