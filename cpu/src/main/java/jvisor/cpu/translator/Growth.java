package jvisor.cpu.translator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** Which blocks become one translation: those of one page that follow each other. */
final class Growth {
  /** The most blocks. */
  static final int MOST_PARTS = 8;

  /** The most instructions in all of them. */
  static final int MOST_INSTRUCTIONS = 120;

  private static final int PAGE = 4096;

  private Growth() {}

  /**
   * Lets a translation grow from {@code root}, the blocks nearest to it first. Each block is in it
   * once.
   *
   * @param blocks has the instructions of the block at an offset in the page, if it may be part
   * @return all parts, the root first
   */
  static List<Part> grow(Part root, boolean narrow, IntFunction<Insn @Nullable []> blocks) {
    List<Part> parts = new ArrayList<>();
    parts.add(root);
    if (!suits(root.instructions, narrow)) {
      return parts;
    }
    Set<Integer> there = new HashSet<>();
    there.add(root.pageOffset);
    Deque<Part> open = new ArrayDeque<>(parts);
    int instructions = root.size();
    while (!open.isEmpty()) {
      Part part = open.remove();
      for (boolean taken : new boolean[] {false, true}) {
        long target = target(part, taken, narrow);
        Insn[] next =
            parts.size() < MOST_PARTS
                    && target >= 0
                    && target < PAGE
                    && !there.contains((int) target)
                ? blocks.apply((int) target)
                : null;
        if (next == null
            || instructions + next.length > MOST_INSTRUCTIONS
            || !suits(next, narrow)) {
          continue;
        }
        Part grown = new Part(next, (int) target);
        if (taken) {
          part.taken = grown;
        } else {
          part.next = grown;
        }
        there.add((int) target);
        instructions += next.length;
        parts.add(grown);
        open.add(grown);
      }
    }
    return parts;
  }

  /** Whether a block can be part of a translation of several. */
  private static boolean suits(Insn[] block, boolean narrow) {
    int length = 0;
    for (Insn each : block) {
      if (Transitions.suits(each, narrow) || Transitions.resumes(each)) {
        return false;
      }
      length += each.length;
    }
    Insn last = block[block.length - 1];
    return last.mnemonic() != Mnemonic.JCC || length + last.a.value() != 0;
  }

  /** Where execution goes on behind a part, an offset in the page; −1 if that is not known. */
  private static long target(Part part, boolean taken, boolean narrow) {
    Insn last = part.last();
    int behind = part.pageOffset + part.length();
    boolean relative = last.a.kind() == Operand.Kind.RELATIVE && Branches.suits(last, narrow);
    return switch (last.mnemonic()) {
      case JCC -> !relative ? -1 : taken ? behind + last.a.value() : behind;
      case JMP, CALL -> relative && !taken ? behind + last.a.value() : -1;
      default -> !taken && Steps.goesOn(last) ? behind : -1;
    };
  }
}
