package jvisor.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line of this process's list of mappings. */
record Mapping(long from, long to, String permissions) {
  private static final Pattern LINE = Pattern.compile("(\\p{XDigit}+)-(\\p{XDigit}+) (\\S+)");

  /** The permissions at an hva, as four characters, or "absent". */
  static String permissions(long hva) throws IOException {
    return all().stream()
        .filter(m -> hva >= m.from && hva < m.to)
        .findFirst()
        .map(Mapping::permissions)
        .orElse("absent");
  }

  private static List<Mapping> all() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .map(LINE::matcher)
        .filter(Matcher::lookingAt)
        .map(m ->
            new Mapping(
                Long.parseUnsignedLong(m.group(1), 16),
                Long.parseUnsignedLong(m.group(2), 16),
                m.group(3)))
        .toList();
  }
}
