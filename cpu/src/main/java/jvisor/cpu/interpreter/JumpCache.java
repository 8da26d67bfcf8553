package jvisor.cpu.interpreter;

import org.jspecify.annotations.Nullable;

/**
 * Which block a linear address means, direct-mapped. Every answer holds for one context only: the
 * address space, privilege and code width under which it was entered.
 */
final class JumpCache {
  private static final int SIZE = 1 << 15;

  private final long[] addresses = new long[SIZE];
  private final long[] contexts = new long[SIZE];
  private final @Nullable Block[] blocks = new @Nullable Block[SIZE];

  /** The block entered for {@code la} in {@code context}, if it is still there and valid. */
  @Nullable Block find(long la, long context) {
    int slot = slot(la);
    if (addresses[slot] == la && contexts[slot] == context) {
      Block block = blocks[slot];
      if (block != null && block.isValid()) {
        return block;
      }
    }
    return null;
  }

  void put(long la, long context, Block block) {
    int slot = slot(la);
    addresses[slot] = la;
    contexts[slot] = context;
    blocks[slot] = block;
  }

  private static int slot(long la) {
    return (int) (la ^ la >>> 15) & SIZE - 1;
  }
}
