package jvisor.machine.boot;

import java.nio.charset.StandardCharsets;
import jvisor.machine.BootException;

/** The length of command lines whose protocol sets no limit of its own. */
final class CommandLines {
  private CommandLines() {}

  static void check(HostFile file, String line) throws BootException {
    int length = line.getBytes(StandardCharsets.UTF_8).length;
    if (length > BootArea.LONGEST_COMMAND_LINE) {
      throw file.error(
          "cannot be given a command line of %d bytes; the most is %d"
              .formatted(length, BootArea.LONGEST_COMMAND_LINE));
    }
  }
}
