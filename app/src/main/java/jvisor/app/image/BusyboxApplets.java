package jvisor.app.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The names that a busybox program answers to. They stand in it one after another, each ended by a
 * zero byte and the last by two, and in order; reading them there spares running a program that may
 * be for another processor than the host's.
 */
final class BusyboxApplets {
  private static final byte[] START = "\0[\0[[\0".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST = 1000;

  private BusyboxApplets() {}

  /** The applets of {@code program}. */
  static List<String> in(byte[] program) throws IOException {
    int at = find(program) + 1;
    List<String> names = new ArrayList<>();
    while (names.size() < MOST) {
      int end = at;
      while (end < program.length && program[end] > ' ') {
        end++;
      }
      if (end == at || end == program.length) {
        return names;
      }
      names.add(new String(program, at, end - at, StandardCharsets.US_ASCII));
      at = end + 1;
    }
    return names;
  }

  private static int find(byte[] program) throws IOException {
    for (int at = 0; at + START.length <= program.length; at++) {
      int same = 0;
      while (same < START.length && program[at + same] == START[same]) {
        same++;
      }
      if (same == START.length) {
        return at;
      }
    }
    throw new IOException("no list of applets in busybox");
  }
}
