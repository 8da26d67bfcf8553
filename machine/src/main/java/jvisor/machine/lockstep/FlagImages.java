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

  /** Whether the low {@code size} bytes (2, 4 or 8) of the two values are such a pair. */
  boolean contain(long reference, long tested, int size) {
    if (((reference ^ tested) & ~bits) != 0) {
      return false;
    }
    long mask = size == 8 ? -1 : (1L << 8 * size) - 1;
    for (Pair pair : pairs) {
      if (((pair.reference ^ reference) & mask & ~VARYING) == 0
          && ((pair.tested ^ tested) & mask & ~VARYING) == 0) {
        return true;
      }
    }
    return false;
  }
}
