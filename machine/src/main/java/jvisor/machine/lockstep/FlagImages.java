package jvisor.machine.lockstep;

import java.util.LinkedHashSet;
import java.util.Set;
import jvisor.cpu.state.Rflags;

/**
 * Copies of RFLAGS that differ in arithmetic flags: the pairs of values that the two machines have
 * stored at the same moments.
 */
final class FlagImages {
  /** Not kept: some who copy RFLAGS clear or set these. */
  private static final long VARYING = Rflags.RF | Rflags.VM;

  private record Pair(long reference, long tested) {}

  private final Set<Pair> pairs = new LinkedHashSet<>();
  private long bits;

  /** Both machines have copied RFLAGS. */
  void add(long reference, long tested) {
    long differing = reference ^ tested;
    if (differing != 0 && (differing & ~Rflags.ARITHMETIC) == 0) {
      pairs.add(new Pair(reference & ~VARYING, tested & ~VARYING));
      bits |= differing;
    }
  }

  /** The flags in which any pair differs. */
  long bits() {
    return bits;
  }

  /**
   * Whether a register or word that holds {@code reference} in the one machine may hold {@code
   * tested} in the other: they are the same but for such copies of 8, 4 or 2 bytes.
   */
  boolean excuse(long reference, long tested) {
    return excuse(reference, tested, 8);
  }

  private boolean excuse(long one, long two, int size) {
    long mask = size == 8 ? -1 : (1L << 8 * size) - 1;
    if (((one ^ two) & mask) == 0 || contain(one, two, mask)) {
      return true;
    }
    int half = size / 2;
    return size > 2 && excuse(one, two, half) && excuse(one >>> 8 * half, two >>> 8 * half, half);
  }

  private boolean contain(long one, long two, long mask) {
    for (Pair pair : pairs) {
      if (((pair.reference ^ one) & mask & ~VARYING) == 0
          && ((pair.tested ^ two) & mask & ~VARYING) == 0) {
        return true;
      }
    }
    return false;
  }
}
