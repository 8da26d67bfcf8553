package jvisor.machine.explain;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Linux's names for the system calls of x86-64. */
final class SystemCallNames {
  private final Map<Long, String> names = new HashMap<>();

  SystemCallNames() {
    try (InputStream in = SystemCallNames.class.getResourceAsStream("linux-system-calls.txt")) {
      if (in == null) {
        return;
      }
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      text.lines()
          .map(line -> line.split(" "))
          .forEach(words -> names.put(Long.parseLong(words[0]), words[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name with words around it, or nothing if there is none. */
  String of(long number) {
    String name = names.get(number);
    return name == null ? "" : " (" + name + " in Linux)";
  }
}
