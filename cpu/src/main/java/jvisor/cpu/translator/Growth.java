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

/**
 * Which blocks become one translation: those of one page that follow each other. A block that
 * branches to itself is in it as often as it is {@linkplain Forecast forecast} to be executed, if
 * that is not often; any other once on each way.
 */
final class Growth {
  /** The most blocks. */
  static final int MOST_PARTS = 16;

  /** The most instructions in all of them. */
  static final int MOST_INSTRUCTIONS = 320;

  /** The most turns of a block that branches to itself. */
  static final int MOST_TURNS = 8;

  private static final int PAGE = 4096;

  private final boolean narrow;
  private final IntFunction<Insn @Nullable []> blocks;
  private final List<Part> parts = new ArrayList<>();
  private final Deque<Open> open = new ArrayDeque<>();
  private int instructions;

  /**
   * A part behind which nothing has grown yet.
   *
   * @param before what is expected before it runs
   * @param path where it and the parts that lead to it begin
   */
  private record Open(Part part, Forecast before, Set<Integer> path) {}

  private Growth(boolean narrow, IntFunction<Insn @Nullable []> blocks) {
    this.narrow = narrow;
    this.blocks = blocks;
  }

  /**
   * Lets a translation grow from {@code root}, the blocks nearest to it first.
   *
   * @param blocks has the instructions of the block at an offset in the page, if it may be part
   * @param turns whether blocks that branch to themselves may be part
   * @return all parts, the root first
   */
  static List<Part> grow(
      Part root,
      boolean narrow,
      Forecast forecast,
      boolean turns,
      IntFunction<Insn @Nullable []> blocks) {
    Growth growth = new Growth(narrow, blocks);
    growth.open.add(growth.add(root, forecast, Set.of()));
    if (!suits(root.instructions, narrow) || Loops.branchesToItself(root.instructions)) {
      return growth.parts;
    }
    int distinct = 1;
    while (!growth.open.isEmpty() && distinct < MOST_PARTS) {
      Open next = growth.open.remove();
      distinct += growth.behind(next, MOST_PARTS - distinct, turns);
    }
    return growth.parts;
  }

  private Open add(Part part, Forecast before, Set<Integer> path) {
    parts.add(part);
    instructions += part.size();
    Set<Integer> longer = new HashSet<>(path);
    longer.add(part.pageOffset);
    return new Open(part, before, longer);
  }

  /**
   * Lets at most {@code most} blocks grow behind a part; answers how many have. What is likely to
   * follow is the next to go on from.
   */
  private int behind(Open from, int most, boolean turns) {
    Forecast after = from.before.copy();
    Forecast.Way way = after.pass(from.part.instructions);
    boolean back = from.part.last().mnemonic() == Mnemonic.JCC && from.part.last().a.value() < 0;
    boolean taken = back || way == Forecast.Way.TAKEN;
    Open likely = grow(from, taken, after, turns);
    Open other = likely == null || most > 1 ? grow(from, !taken, after, turns) : null;
    boolean known = back || way != Forecast.Way.UNKNOWN;
    if (likely != null && (known || other == null)) {
      open.addFirst(likely);
    } else if (likely != null) {
      open.addLast(likely);
    }
    if (other != null && likely == null) {
      open.addFirst(other);
    } else if (other != null) {
      open.addLast(other);
    }
    return (likely == null ? 0 : 1) + (other == null ? 0 : 1);
  }

  private @Nullable Open grow(Open from, boolean taken, Forecast after, boolean turns) {
    Part part = from.part;
    long target = target(part, taken, narrow);
    boolean fresh = target >= 0 && target < PAGE && !from.path.contains((int) target);
    Insn[] next = fresh ? blocks.apply((int) target) : null;
    if (next == null || !suits(next, narrow)) {
      return null;
    }
    int count = !Loops.branchesToItself(next) ? 1 : turns ? after.turns(next, MOST_TURNS) : 0;
    if (count == 0 || instructions + count * next.length > MOST_INSTRUCTIONS) {
      return null;
    }
    Forecast before = after.copy();
    Part grown = new Part(next, (int) target);
    if (taken) {
      part.taken = grown;
    } else {
      part.next = grown;
    }
    for (int turn = 1; turn < count; turn++) {
      parts.add(grown);
      instructions += next.length;
      before.pass(next);
      Part again = new Part(next, (int) target);
      grown.taken = again;
      grown = again;
    }
    return add(grown, before, from.path);
  }

  /** Whether a block can be part of a translation of several. */
  private static boolean suits(Insn[] block, boolean narrow) {
    for (Insn each : block) {
      if (Transitions.suits(each, narrow) || Transitions.resumes(each)) {
        return false;
      }
    }
    return true;
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
