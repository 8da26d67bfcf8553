package jvisor.cpu.translator;

import java.util.Collection;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * What is known of blocks that follow each other before they are emitted as one translation: its
 * {@link Windows}, what it needs at its head, and where it begins again.
 */
final class TreePlan {
  private final Part root;
  private final boolean narrow;
  private final Steps steps;
  private Windows windows = Windows.NONE;
  private boolean vectorsFirst;

  /** Of these blocks, of which nothing is prepared at the head. */
  TreePlan(Part root, boolean narrow, Steps steps) {
    this.root = root;
    this.narrow = narrow;
    this.steps = steps;
  }

  /**
   * The head prepares windows, if there are to be any, and vectors.
   *
   * @param shut where there is to be no window
   */
  void prepare(boolean windowed, Collection<Window.Place> shut) {
    if (windowed && !narrow && emitsAll(root)) {
      windows =
          Windows.of(root, this::suitsWindow, part -> branchesBack(part) || fallsBack(part), shut);
    }
    vectorsFirst = usesVectors(root);
  }

  /** The windows that are opened at the head. */
  Windows windows() {
    return windows;
  }

  /** Whether the vector registers are loaded at the head. */
  boolean vectorsFirst() {
    return vectorsFirst;
  }

  /** Whether an instruction's memory operand may be accessed through a window. */
  private boolean suitsWindow(Insn i) {
    return steps.isItself(i) || i.mnemonic() == Mnemonic.PUSH;
  }

  private boolean emitsAll(@Nullable Part part) {
    if (part == null) {
      return true;
    }
    for (Insn i : part.instructions) {
      if (!steps.emits(i)) {
        return false;
      }
    }
    return emitsAll(part.next) && emitsAll(part.taken);
  }

  /** Whether an instruction does not leave, because what it needs has been found at the head. */
  boolean stays(Part part, int n) {
    Insn i = part.instructions[n];
    return !windows.isEmpty()
        && (i.row.harmless() && steps.isItself(i) || goesOnBehindStack(part, n))
        && (Roles.memory(i) == null || i.mnemonic() == Mnemonic.LEA || windows.at(part, n) != null)
        && (vectorsFirst || !Instructions.usesVectors(i));
  }

  /** Whether it does nothing but access the stack, which is in a window. */
  private boolean goesOnBehindStack(Part part, int n) {
    Insn i = part.instructions[n];
    boolean follows = part.next != null && n == part.size() - 1;
    return windows.onStack(part, n) != null
        && (Stack.suits(i, narrow) || i.mnemonic() == Mnemonic.CALL && follows);
  }

  /** Whether each way through the tree uses vectors. */
  private static boolean usesVectors(Part part) {
    return Instructions.useVectors(part.instructions)
        || part.goesOn()
            && (part.next == null || usesVectors(part.next))
            && (part.taken == null || usesVectors(part.taken));
  }

  /** Whether what follows a conditional branch that is not taken comes first. */
  boolean isFirst(Part part) {
    Part next = part.next;
    Part taken = part.taken;
    return next == null
        ? taken == null && !branchesBack(part)
        : taken == null || next.need() >= taken.need();
  }

  /** Whether the first part is behind a part. */
  boolean fallsBack(Part part) {
    Insn last = part.last();
    boolean falls = last.mnemonic() == Mnemonic.JCC && Branches.suits(last, narrow);
    return (falls || Steps.goesOn(last)) && isAgain(part, part.length());
  }

  /** Whether a part ends in a branch to the first one. */
  boolean branchesBack(Part part) {
    Insn last = part.last();
    return last.a.kind() == Operand.Kind.RELATIVE
        && (last.mnemonic() == Mnemonic.JCC || last.mnemonic() == Mnemonic.JMP)
        && Branches.suits(last, narrow)
        && isAgain(part, part.length() + last.a.value());
  }

  /** Whether it is the first part that is so far from {@code from}. */
  boolean isAgain(Part from, long target) {
    return from.pageOffset + target == root.pageOffset;
  }
}
