package jvisor.cpu.translator;

import java.util.Arrays;
import java.util.Objects;
import jvisor.host.CodeMemory;
import jvisor.host.HostFault;
import jvisor.platform.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * Where each translation is in the code memory, by number. Processors that have threads may ask
 * while one is added; that all are forgotten is for whoever is alone.
 */
final class Placements {
  private final CodeMemory memory;
  private int count;

  /** An array that holds all that anybody may ask for, and changes only by additions. */
  private volatile @Nullable Placed[] placed = new Placed[1024];

  Placements(CodeMemory memory) {
    this.memory = memory;
  }

  /** How many there are: the number of the next one. */
  int count() {
    return count;
  }

  /** The next one. */
  void add(Placed next) {
    if (count == placed.length) {
      placed = Arrays.copyOf(placed, 2 * placed.length);
    }
    placed[count++] = next;
  }

  Placed get(int number) {
    return Objects.requireNonNull(placed[number]);
  }

  /** hva of the code of translation {@code number}. */
  long entry(int number) {
    return memory.executable() + get(number).offset;
  }

  /** hva at which translation {@code number} goes on behind an op. */
  long behind(int number, int op) {
    return memory.executable() + get(number).behind(op);
  }

  /** Forgets all; their blocks have no translation any more. */
  void clear() {
    for (int number = 0; number < count; number++) {
      get(number).block.untranslated();
    }
    Arrays.fill(placed, 0, count, null);
    count = 0;
  }

  /** What to say of a fault in emitted code while the block at {@code la} ran, or one it led to. */
  EmittedCodeFault report(HostFault fault, long la, GuestMemory guest) {
    long offset = fault.rip() - memory.executable();
    Placed in = null;
    for (int n = 0; n < count; n++) {
      Placed one = get(n);
      if (one.offset <= offset && (in == null || one.offset > in.offset)) {
        in = one;
      }
    }
    return FaultReport.of(fault, memory, in, la, guest);
  }
}
