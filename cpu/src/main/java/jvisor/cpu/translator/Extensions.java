package jvisor.cpu.translator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import jvisor.cpu.interpreter.Block;

/** Which blocks are part of which extensions. */
final class Extensions {
  private final Map<Block, List<Extension>> memberships = new HashMap<>();

  /** One more. */
  void add(Extension extension) {
    for (Block member : new LinkedHashSet<>(extension.members)) {
      memberships.computeIfAbsent(member, key -> new ArrayList<>()).add(extension);
    }
  }

  /** This one is gone. */
  void remove(Extension extension) {
    for (Block member : extension.members) {
      List<Extension> others = memberships.get(member);
      if (others != null) {
        others.remove(extension);
      }
    }
  }

  /** Those that {@code block} was part of; it is no more. */
  List<Extension> leave(Block block) {
    List<Extension> in = memberships.remove(block);
    return in == null ? List.of() : List.copyOf(in);
  }

  /** There are none. */
  void clear() {
    memberships.clear();
  }
}
