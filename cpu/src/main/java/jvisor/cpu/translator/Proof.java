package jvisor.cpu.translator;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jvisor.cpu.translator.UnsafeCode.Rule;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** The {@link Verifier}'s way through one translation. */
final class Proof {
  private static final int MAX_ROUNDS = 10;

  private final ControlFlow flow;
  private final Stubs stubs;
  private final int length;
  private final long place;
  private final int number;
  private final int block;
  private final ExitRules exits;
  private final boolean several;
  private final InstructionRules instructions;
  private int fallbackEnd;
  private final Set<Integer> linkEnds = new HashSet<>();
  private final Set<Integer> linksMet = new HashSet<>();
  private final Map<Integer, Knowledge> before = new HashMap<>();

  /** What is known where loops begin again, as this round has found it. */
  private final Map<Integer, Knowledge> closings = new HashMap<>();

  /**
   * Of translation {@code number} with {@code length} bytes at {@code place}, whose first block has
   * {@code block} instructions; {@code exits} are those of each of its blocks by number. It is
   * besides that of the first block alone if {@code several}.
   */
  Proof(
      ControlFlow flow,
      Stubs stubs,
      int length,
      long place,
      int number,
      int block,
      Map<Integer, ExitRules.Exits> exits,
      boolean several) {
    this.flow = flow;
    this.stubs = stubs;
    this.length = length;
    this.place = place;
    this.number = number;
    this.block = block;
    this.several = several;
    this.exits = new ExitRules(exits, several);
    instructions = new InstructionRules(block, exits.keySet(), several);
  }

  /**
   * Finds it.
   *
   * @param resumes where the code is entered but at its head, and what is off the budget there
   * @param need what its head has taken off the budget
   * @throws UnsafeCode if a rule is broken
   */
  void find(
      Map<Integer, Integer> resumes,
      int need,
      List<Branches.Link> links,
      Branches.@Nullable Link fallback) {
    links.forEach(link -> linkEnds.add(link.end()));
    if (fallback != null) {
      fallbackEnd = fallback.end();
      linkEnds.add(fallbackEnd);
    }
    Map<Integer, Knowledge> assumed;
    int rounds = 0;
    do {
      assumed = Map.copyOf(closings);
      if (rounds++ == MAX_ROUNDS) {
        throw new UnsafeCode(Rule.ATTENTION, "translation %d: tangled loops".formatted(number));
      }
      closings.clear();
      goThrough(resumes, need, assumed);
    } while (!closings.equals(assumed));
    if (!linksMet.equals(linkEnds)) {
      throw new UnsafeCode(
          Rule.LINK,
          "translation %d: jumps end at %s, not %s".formatted(number, linksMet, linkEnds));
    }
  }

  /** Follows all paths once; {@code assumed} is what is known where a loop begins again. */
  private void goThrough(Map<Integer, Integer> resumes, int need, Map<Integer, Knowledge> assumed) {
    before.clear();
    reach(0, atEntry(0));
    resumes.forEach((entry, taken) -> {
      Knowledge at = atEntry(taken);
      at.facts.add(several ? Fact.inBudget(need) : Fact.IN_BUDGET);
      at.facts.add(Fact.UNDISTURBED);
      reach(entry, at);
    });
    assumed.forEach(this::reach);
    for (int offset : flow.order()) {
      follow(offset, known(offset).copy());
    }
  }

  private Knowledge atEntry(int taken) {
    Knowledge at = Knowledge.atEntry(block);
    if (several) {
      at.set(Registers.BUDGET, Known.taken(taken));
    }
    return at;
  }

  private Knowledge known(int offset) {
    Knowledge known = before.get(offset);
    if (known == null) {
      throw new IllegalStateException("not reached: " + offset);
    }
    return known;
  }

  /** {@code offset} is reached with this knowledge. */
  private void reach(int offset, Knowledge knowledge) {
    meet(before, offset, knowledge);
  }

  /** The same from an instruction; if that closes a loop, somebody has been asked on the way. */
  private void reach(int from, int offset, Knowledge knowledge) {
    if (!flow.closesLoop(from, offset)) {
      reach(offset, knowledge);
      return;
    }
    if (several) {
      check(knowledge.facts.has(Fact.COUNTED_AGAIN) ? null : Rule.ATTENTION, from);
      meet(closings, offset, knowledge);
      return;
    }
    if (StreamRules.isNextRound(knowledge)) {
      meet(closings, offset, StreamRules.nextRound(knowledge, known(offset)));
      return;
    }
    check(exits.atOther(knowledge), from);
    Knowledge again = knowledge.copy();
    again.facts.drop(Fact.IN_BUDGET);
    again.facts.drop(Fact.CAME_BACK);
    again.facts.drop(Fact.UNDISTURBED);
    meet(closings, offset, again);
  }

  private static void meet(Map<Integer, Knowledge> all, int offset, Knowledge knowledge) {
    Knowledge known = all.get(offset);
    if (known == null) {
      all.put(offset, knowledge.copy());
    } else {
      known.meet(knowledge);
    }
  }

  private void follow(int offset, Knowledge k) {
    Insn i = flow.insn(offset);
    int next = offset + i.length;
    boolean relative = i.a.kind() == Operand.Kind.RELATIVE;
    long target = relative ? next + i.a.value() : 0;
    switch (i.mnemonic()) {
      case JMP -> {
        if (relative) {
          jump(offset, next, target, k);
        } else {
          jumpThrough(offset, i, k);
        }
      }
      case JCC -> {
        jump(offset, next, target, k.when(i.condition()));
        reach(offset, next, k.when(i.condition() ^ 1));
      }
      case CALL -> {
        boolean x87 = place + target == stubs.loadX87();
        if (!relative || !x87 && place + target != stubs.loadVectors()) {
          call(offset, i, next, k);
          return;
        }
        check(exits.atExit(k), offset);
        k.flagsChanged();
        if (x87) {
          k.facts.add(Fact.X87_USABLE);
        }
        reach(offset, next, k);
      }
      case RET -> {
        check(ReturnRules.isReturn(i, k) ? null : Rule.STACK_POINTER, offset);
        check(exits.atOther(k), offset);
      }
      default -> {
        if (ReturnRules.concern(i)) {
          check(ReturnRules.follow(i, k) ? null : Rule.STACK_POINTER, offset);
          reach(offset, next, k);
          return;
        }
        check(instructions.broken(i, k), offset);
        if (several && i.mnemonic() == Mnemonic.SUB && instructions.counts(i)) {
          countAgain(offset, k);
        }
        Effects.apply(i, offset + 1, k);
        if (writesBudget(i)) {
          k.facts.drop(Fact.CAME_BACK);
        }
        reach(offset, next, k);
      }
    }
  }

  /** Calls other code, or what follows a call in this code. */
  private void call(int offset, Insn i, int next, Knowledge k) {
    check(ReturnRules.call(k) ? null : Rule.STACK_POINTER, offset);
    if (i.a.kind() == Operand.Kind.RELATIVE) {
      jump(offset, next, next + i.a.value(), k);
    } else {
      jumpThrough(offset, i, k);
    }
    Knowledge back = atEntry(0);
    ReturnRules.cameBack(back);
    reach(next, back);
  }

  /** Instructions are taken off the budget, not for the first time if some are off it already. */
  private void countAgain(int offset, Knowledge k) {
    if (!k.get(Registers.BUDGET).equals(Known.taken(0))) {
      check(exits.atOther(k), offset);
      k.beginAgain();
      k.facts.add(Fact.COUNTED_AGAIN);
    }
  }

  private void jump(int from, int next, long target, Knowledge k) {
    if (target > 0 && target < length) {
      if (linkEnds.contains(next)) {
        linksMet.add(next);
        check(next == fallbackEnd ? exits.atFallback(k) : exits.atOther(k), from);
      }
      reach(from, (int) target, k);
    } else if (place + target == stubs.leave()) {
      check(exits.atExit(k), from);
    } else {
      check(target == 0 && !several ? exits.atHead(k) : Rule.JUMP_TARGET, from);
    }
  }

  private void jumpThrough(int from, Insn i, Knowledge k) {
    boolean checked =
        i.a.isMemory()
            ? Effects.isCheckedCode(i, k)
                || Effects.isWord(i, k, Words.TARGET_CODE)
                    && k.get(Knowledge.TARGET_CODE).is(Known.Kind.CHECKED_CODE)
            : i.a.kind() == Operand.Kind.GPR && k.get(i.a.index()).is(Known.Kind.CHECKED_CODE);
    check(i.a.isMemory() ? MemoryRules.broken(i, k, exits.numbers()) : null, from);
    check(checked ? exits.atOther(k) : Rule.TARGET_CHECK, from);
  }

  private static boolean writesBudget(Insn i) {
    return i.a.kind() == Operand.Kind.GPR && i.a.index() == Registers.BUDGET;
  }

  private void check(@Nullable Rule broken, int offset) {
    if (broken != null) {
      throw new UnsafeCode(broken, "translation %d, %s".formatted(number, flow.text(offset)));
    }
  }
}
