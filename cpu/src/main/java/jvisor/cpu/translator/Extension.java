package jvisor.cpu.translator;

import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.interpreter.Block;
import org.jspecify.annotations.Nullable;

/**
 * A block's second translation, together with others. If its {@link Window}s are often shut, there
 * is another one without them, which is run where they are.
 */
final class Extension {
  /** How many there may be of a block. */
  private static final int MOST = 3;

  /** Of its first block; the others' follow. */
  final int number;

  /** Of the first block's translation without others. */
  final int alone;

  /** Its blocks, the first one first. */
  final List<Block> members;

  /** Where in the code memory the jump ends that is taken if its windows are shut. */
  final long fallback;

  /** Whether it goes on with its first block behind some of the others. */
  final boolean again;

  /** What is run then, or null if that is the first block alone. */
  @Nullable Extension otherwise;

  /** That instead of which this one is run. */
  final @Nullable Extension instead;

  private final List<Window.Place> windows;
  private final int[] blames;
  private final List<Window.Place> shut = new ArrayList<>();

  Extension(
      int number,
      int alone,
      List<Block> members,
      long fallback,
      boolean again,
      List<Window.Place> windows,
      @Nullable Extension instead) {
    this.number = number;
    this.alone = alone;
    this.members = members;
    this.fallback = fallback;
    this.again = again;
    this.windows = windows;
    this.instead = instead;
    blames = new int[windows.size()];
  }

  /** A window is found to be shut often; whether that is so for the {@code bound}th time. */
  boolean blame(int window, int bound) {
    if (window >= blames.length || ++blames[window] != bound) {
      return false;
    }
    shut.add(windows.get(window));
    return true;
  }

  /** Where a window is. */
  Window.Place window(int number) {
    return windows.get(number);
  }

  /** The windows that are often shut, of this and of those instead of which it is run. */
  List<Window.Place> shut() {
    List<Window.Place> all = new ArrayList<>(shut);
    for (Extension other = instead; other != null; other = other.instead) {
      all.addAll(other.shut);
    }
    return all;
  }

  /** That which is to have another one for its windows that are shut, or null. */
  static @Nullable Extension lacking(Extension first) {
    Extension last = first;
    int count = 1;
    while (last.otherwise != null) {
      last = last.otherwise;
      count++;
    }
    return last.shut.isEmpty() || count == MOST ? null : last;
  }
}
