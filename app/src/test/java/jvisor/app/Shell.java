package jvisor.app;

import java.util.List;
import java.util.stream.Collectors;

/** Words for a shell. */
final class Shell {
  private Shell() {}

  /** The words, quoted so that a shell takes them as they are. */
  static String words(List<String> words) {
    return words.stream()
        .map(word -> "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}
