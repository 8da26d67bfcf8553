package jvisor.cpu.translator;

import java.util.Map;
import java.util.Set;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.translator.UnsafeCode.Rule;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Verifier}'s rules of places where control goes to other code, to the interpreter, or
 * round again: the exit word, what is off the budget, who has been asked, which level is in force.
 */
final class ExitRules {
  private static final long PAGE_OFFSETS = 0xfff;

  private final Map<Integer, Exits> exits;
  private final boolean several;

  /**
   * What must be so where the code is left in a block.
   *
   * @param size instructions of the block
   * @param taken instructions off the budget: those of the block and of all before it
   */
  record Exits(int size, int taken) {}

  /** Those of a translation of these blocks, by number. */
  ExitRules(Map<Integer, Exits> exits, boolean several) {
    this.exits = exits;
    this.several = several;
  }

  /** Numbers of the blocks. */
  Set<Integer> numbers() {
    return exits.keySet();
  }

  /** The rule that leaving with the exit word in {@code ADDRESS} breaks; null if none. */
  @Nullable Rule atExit(Knowledge k) {
    Known word = k.get(Registers.ADDRESS);
    long exit = word.add();
    boolean between = (exit & ~PAGE_OFFSETS) == (Stubs.BOUNDARY & 0xffff_ffffL);
    Exits own = between ? null : exits.get((int) (exit >>> HotTier.NUMBER_SHIFT));
    boolean inBlock = own != null && (exit & HotTier.OP_MASK) <= own.size;
    if (!word.is(Known.Kind.CONSTANT) || !between && !inBlock) {
      return Rule.EXIT_WORD;
    }
    boolean right = own != null ? isTaken(k, own.taken) : isTaken(k, 0) || isOnPath(k);
    return right ? atLevel(k) : Rule.BUDGET;
  }

  /** Of going to the translation of the first block alone, at whose head nothing has been done. */
  @Nullable Rule atFallback(Knowledge k) {
    return isTaken(k, 0) ? atLevel(k) : Rule.BUDGET;
  }

  /** Of going to other code. */
  @Nullable Rule atOther(Knowledge k) {
    if (k.facts.has(Fact.CAME_BACK)) {
      // Nothing has been done but to return.
      return isTaken(k, 0) ? atLevel(k) : Rule.BUDGET;
    }
    boolean inBudget = several ? k.isInBudget() : k.facts.has(Fact.IN_BUDGET);
    if (!inBudget || !k.facts.has(Fact.UNDISTURBED)) {
      return Rule.ATTENTION;
    }
    return isOnPath(k) ? atLevel(k) : Rule.BUDGET;
  }

  /** Of going to the block's own head, which looks at the budget. */
  @Nullable Rule atHead(Knowledge k) {
    return k.facts.has(Fact.UNDISTURBED) ? atLevel(k) : Rule.ATTENTION;
  }

  /** Whether so many instructions are off the budget; those of one block alone are its own. */
  private boolean isTaken(Knowledge k, int instructions) {
    return !several || k.get(Registers.BUDGET).equals(Known.taken(instructions));
  }

  /** Whether those off the budget are those of a block and of all before it. */
  private boolean isOnPath(Knowledge k) {
    return !several || exits.values().stream().anyMatch(each -> isTaken(k, each.taken));
  }

  private static @Nullable Rule atLevel(Knowledge k) {
    return !LevelRules.agree(k)
        ? Rule.LEVEL
        : ReturnRules.isAtReturn(k) ? null : Rule.STACK_POINTER;
  }
}
