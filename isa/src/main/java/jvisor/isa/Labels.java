package jvisor.isa;

import java.util.HashMap;
import java.util.Map;

/** The addresses of labels, as far as the passes of an {@link Assembler} know them. */
final class Labels {
  private final Map<String, Long> addresses = new HashMap<>();
  private boolean complete;
  private boolean moved;

  /** Begins a pass; forgets whether labels moved. */
  void begin() {
    moved = false;
  }

  /** Whether a label got another address since {@link #begin}. */
  boolean moved() {
    return moved;
  }

  /** From now on unknown labels are errors. */
  void complete() {
    complete = true;
  }

  /** Gives a label its address. */
  void put(String name, long address) {
    Long before = addresses.put(name, address);
    moved |= before == null || before != address;
  }

  /**
   * The address of {@code name}; {@code here} for {@code $} and, until complete, for unknown ones.
   */
  long address(String name, long here) {
    if (name.equals("$")) {
      return here;
    }
    Long address = addresses.get(name);
    if (address == null) {
      if (complete) {
        throw new IllegalArgumentException("no label " + name);
      }
      return here;
    }
    return address;
  }
}
