package jvisor.machine.lockstep;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What is typed, and after how many instructions, so that it can be typed once more. */
final class Typing {
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Entry(long count, byte[] bytes) {}

  private final List<Entry> entries = new ArrayList<>();

  /** Notes that {@code bytes} came when {@code count} instructions were retired. */
  void add(long count, byte[] bytes) {
    entries.add(new Entry(count, bytes.clone()));
  }

  /** Someone who types the same once more, from the beginning. */
  Again again() {
    return new Again(new ArrayDeque<>(entries));
  }

  /** Types once more what has been noted. */
  static final class Again {
    private final Deque<Entry> left;

    private Again(Deque<Entry> left) {
      this.left = left;
    }

    /** Leaves out what came until so many instructions were retired. */
    void skip(long count) {
      while (!left.isEmpty() && left.getFirst().count <= count) {
        left.removeFirst();
      }
    }

    /** Types what came when so many instructions were retired. */
    void type(Pair pair) {
      while (!left.isEmpty() && left.getFirst().count <= pair.count()) {
        pair.type(left.removeFirst().bytes);
      }
    }
  }
}
