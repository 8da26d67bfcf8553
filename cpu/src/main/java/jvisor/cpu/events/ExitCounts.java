package jvisor.cpu.events;

import java.util.List;
import java.util.Locale;
import jvisor.isa.Mnemonic;

/**
 * How often emitted code has been left, by cause. One thread counts, another may read: it sees what
 * was true a moment ago.
 */
final class ExitCounts {
  private static final List<String> OTHERS =
      List.of("(attention)", "(between blocks)", "(vectors or x87 not ready)", "(end of page)");
  private static final int ATTENTION = Mnemonic.values().length;
  private static final int BETWEEN_BLOCKS = ATTENTION + 1;
  private static final int REST = ATTENTION + 2;
  private static final int END = ATTENTION + 3;
  private static final int CAUSES = ATTENTION + OTHERS.size();

  private final long[] times = new long[CAUSES];
  private final long[] told = new long[CAUSES];

  /** Is told of causes. */
  @FunctionalInterface
  interface Reader {
    /** There has been {@code cause} so many times since it was last told. */
    void cause(String cause, long count);
  }

  /** The interpreter does an instruction. */
  void instruction(Mnemonic mnemonic) {
    times[mnemonic.ordinal()]++;
  }

  /** Somebody wants the processor to look up. */
  void attention() {
    times[ATTENTION]++;
  }

  /** The next block is not known to be translated, or the turn is over. */
  void betweenBlocks() {
    times[BETWEEN_BLOCKS]++;
  }

  /** The interpreter does the rest of the block, for vectors are not ready. */
  void rest() {
    times[REST]++;
  }

  /** The end of a block's page. */
  void end() {
    times[END]++;
  }

  /** Tells of each cause that there has been since the last time; one thread at a time. */
  synchronized void read(Reader reader) {
    for (int cause = 0; cause < CAUSES; cause++) {
      long now = times[cause];
      if (now != told[cause]) {
        reader.cause(name(cause), now - told[cause]);
        told[cause] = now;
      }
    }
  }

  private static String name(int cause) {
    return cause < ATTENTION
        ? Mnemonic.values()[cause].name().toLowerCase(Locale.ROOT)
        : OTHERS.get(cause - ATTENTION);
  }
}
