package jvisor.cpu.translator;

import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/**
 * A block in a translation, and which of the blocks that may follow it follow in the same
 * translation. A translation is a tree of these; all instructions on the longest way through it are
 * taken off the budget at its head.
 */
final class Part {
  /** Its instructions. */
  final Insn[] instructions;

  /** Where it begins in its page. */
  final int pageOffset;

  /** What follows if it does not branch, or branches always. */
  @Nullable Part next;

  /** What follows if its conditional branch is taken. */
  @Nullable Part taken;

  /** Its number in exit words. */
  int number;

  /** For each instruction the offset in the code at which to go on behind it, 0 if nowhere. */
  int[] resumes;

  /** Where the code of each instruction begins, then where that of the last one ends. */
  int[] starts;

  Part(Insn[] instructions, int pageOffset) {
    this.instructions = instructions;
    this.pageOffset = pageOffset;
    resumes = new int[instructions.length];
    starts = new int[instructions.length + 1];
  }

  /** How many instructions it has. */
  int size() {
    return instructions.length;
  }

  /** The last one. */
  Insn last() {
    return instructions[instructions.length - 1];
  }

  /** Bytes of the guest's code. */
  int length() {
    int bytes = 0;
    for (Insn i : instructions) {
      bytes += i.length;
    }
    return bytes;
  }

  /** Whether something follows in the same translation. */
  boolean goesOn() {
    return next != null || taken != null;
  }

  /** How many instructions the longest way from here has. */
  int need() {
    return size() + rest();
  }

  /** How many of them are behind this block. */
  int rest() {
    return Math.max(next == null ? 0 : next.need(), taken == null ? 0 : taken.need());
  }
}
