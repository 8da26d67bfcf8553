package jvisor.cpu.interpreter;

import org.jspecify.annotations.Nullable;

/**
 * Which block a linear address means, direct-mapped. Every answer holds for one context only: the
 * address space, privilege and code width under which it was entered.
 */
final class JumpCache {
  private static final int SIZE = 1 << 15;

  /** Where a context names the address space. */
  private static final int SPACE_SHIFT = 3;

  private static final int SPREAD = 0x1e35;

  private final long[] addresses = new long[SIZE];
  private final long[] contexts = new long[SIZE];
  private final @Nullable Block[] blocks = new @Nullable Block[SIZE];

  /** The block entered for {@code la} in {@code context}, if it is still there and valid. */
  @Nullable Block find(long la, long context) {
    int slot = slot(la, context);
    if (addresses[slot] == la && contexts[slot] == context) {
      Block block = blocks[slot];
      if (block != null && block.isValid()) {
        return block;
      }
    }
    return null;
  }

  void put(long la, long context, Block block) {
    int slot = slot(la, context);
    addresses[slot] = la;
    contexts[slot] = context;
    blocks[slot] = block;
  }

  /** Address spaces are kept apart: programs lie at the same addresses. */
  private static int slot(long la, long context) {
    return (int) (la ^ la >>> 15 ^ (context >>> SPACE_SHIFT) * SPREAD) & SIZE - 1;
  }
}
