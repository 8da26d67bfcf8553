package jvisor.app.user;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * What was asked for cannot be done, and not through a fault of ours. The message is one line that
 * names the thing and the way out; it ends the command with status 2.
 */
public final class UserError extends Exception {
  private static final long serialVersionUID = 1L;

  /** {@code line} has no "jvisor:" in front and no line end. */
  public UserError(String line) {
    super(line);
  }

  /** {@code what} failed because of {@code cause}, told in a few words. */
  public static UserError of(String what, IOException cause) {
    return new UserError(what + ": " + reason(cause));
  }

  /** The operating system's words for {@code cause}, without path or class name. */
  public static String reason(IOException cause) {
    if (cause instanceof FileSystemException e) {
      String reason = e.getReason();
      return switch (e) {
        case NoSuchFileException _ -> "no such file or folder";
        case AccessDeniedException _ -> "permission denied";
        case NotDirectoryException _ -> "not a folder";
        default -> reason != null ? reason : e.getClass().getSimpleName();
      };
    }
    String message = cause.getMessage();
    if (message == null) {
      return cause.getClass().getSimpleName();
    }
    // java.io writes "PATH (words of the operating system)".
    int open = message.lastIndexOf(" (");
    return open >= 0 && message.endsWith(")")
        ? message.substring(open + 2, message.length() - 1)
        : message.lines().findFirst().orElse("");
  }
}
