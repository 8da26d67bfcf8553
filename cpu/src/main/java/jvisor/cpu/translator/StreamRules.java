package jvisor.cpu.translator;

import java.util.HashMap;
import java.util.Map;
import jvisor.cpu.translator.Known.Kind;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link Verifier} knows of {@link Streams}. A probe has admitted a stream's bytes for one
 * round. How far they are from their page's end, divided by a step, times the block's instructions,
 * is a number that the budget has been lowered to; so they {@link Fact.Kind#REACHES_UP stay} in the
 * page, step by step, for as many rounds as the budget suffices for. Whoever begins a round anew
 * with less budget finds what was known of the last one to be true of this one.
 */
final class StreamRules {
  private static final int PAGE = 4096;
  private static final int REST = 0;

  /** Words of the struct that are followed: the rest of the budget, and one for each stream. */
  static final int WORDS = 1 + Streams.MOST;

  private StreamRules() {}

  /** The number among {@link #WORDS} of the word at this offset of the struct, or −1. */
  static int word(long offset) {
    int stream = Streams.at(offset);
    return offset == Streams.REST ? REST : stream < 0 ? -1 : stream + 1;
  }

  /** {@code i} stores to the struct, perhaps to such words. */
  static void store(Insn i, Knowledge k) {
    long first = i.displacement;
    boolean whole =
        i.mnemonic() == Mnemonic.MOV && i.a.size() == 8 && i.b.kind() == Operand.Kind.GPR;
    for (int n = 0; n < WORDS; n++) {
      long at = Streams.REST + 8L * n;
      if (whole && first == at) {
        Known value = stored(n, i.b.index(), k);
        k.setStreamWord(n, value);
        if (value.is(Kind.FRAME)) {
          k.set(i.b.index(), value);
        }
      } else if (first < at + 8 && at < first + i.a.size()) {
        k.setStreamWord(n, Known.ANYTHING);
      }
    }
  }

  private static Known stored(int word, int register, Knowledge k) {
    boolean budget = register == Registers.BUDGET && k.facts.has(Fact.IN_BUDGET);
    Known value = budget ? Known.BUDGET : k.get(register);
    return value.is(Kind.FRAME) ? k.framed(word, value) : value;
  }

  /** What the first operand, a register, becomes by a step of the counting; or null. */
  static @Nullable Known result(Insn i, int id, Knowledge k) {
    Known was = k.get(i.a.index());
    boolean wide = i.a.size() == 8;
    boolean constant = i.b.kind() == Operand.Kind.IMMEDIATE;
    boolean register = i.b.kind() == Operand.Kind.GPR;
    return switch (i.mnemonic()) {
      case ADD -> wide && constant ? sum(was, i.b.value()) : null;
      case SUB ->
          wide && constant ? sum(was, -i.b.value()) : wide && register ? less(i, id, k) : null;
      case INC -> wide ? sum(was, 1) : null;
      case DEC -> wide ? sum(was, -1) : null;
      case NOT -> wide && was.is(Kind.SUM) ? was.as(Kind.INVERTED) : null;
      case NEG -> wide && was.is(Kind.SUM) ? was.as(Kind.NEGATED) : null;
      case AND -> i.a.size() == 4 && constant && i.b.value() == PAGE - 1 ? distance(was) : null;
      case SHR ->
          wide && constant && (was.is(Kind.BELOW) || was.is(Kind.ABOVE))
              ? was.shifted((int) i.b.value())
              : null;
      case IMUL ->
          wide && i.b.kind() == Operand.Kind.GPR && i.c.kind() == Operand.Kind.IMMEDIATE
              ? k.get(i.b.index()).times(i.c.value())
              : null;
      default -> null;
    };
  }

  private static @Nullable Known sum(Known was, long number) {
    return was.is(Kind.SUM) ? was.plus(number) : null;
  }

  private static @Nullable Known distance(Known was) {
    return was.is(Kind.SUM)
        ? was.as(Kind.BELOW)
        : was.is(Kind.INVERTED) ? was.as(Kind.ABOVE) : null;
  }

  private static @Nullable Known less(Insn i, int id, Knowledge k) {
    Known was = k.get(i.a.index());
    if (i.b.index() == Registers.BUDGET) {
      return was.is(Kind.BUDGET) && k.facts.has(Fact.IN_BUDGET) ? Known.REST : null;
    }
    Known moving = was.is(Kind.FRAME) ? k.named(i.b.index(), id) : Known.ANYTHING;
    return moving.is(Kind.SUM) ? was.without(moving, 0) : null;
  }

  /** The bits in which two addresses in a frame differ, if that is what it is. */
  static Known difference(Insn i, Knowledge k) {
    Known to = k.get(i.a.index());
    Known from = i.b.kind() == Operand.Kind.GPR ? k.get(i.b.index()) : Known.ANYTHING;
    boolean near = to.id() == from.id() && to.entry() == from.entry();
    return to.is(Kind.FRAME) && from.is(Kind.FRAME) && near && from.add() == (int) from.add()
        ? new Known(Kind.DIFFERENCE, to.id(), to.add(), to.entry(), (int) from.add(), 0)
        : Known.ANYTHING;
  }

  /** What is true if the addresses do not differ in these bits; or null. */
  static @Nullable Fact samePage(Insn i, Knowledge k) {
    boolean pages =
        i.a.kind() == Operand.Kind.GPR
            && i.a.size() == 8
            && i.b.kind() == Operand.Kind.IMMEDIATE
            && i.b.value() == -PAGE;
    Known bits = pages ? k.get(i.a.index()) : Known.ANYTHING;
    return !bits.is(Kind.DIFFERENCE)
        ? null
        : new Fact(
            Fact.Kind.SAME_PAGE,
            bits.id(),
            Math.min(bits.add(), bits.less()),
            Math.max(bits.add(), bits.less()),
            bits.entry());
  }

  /** What LEA makes of an hva and a value that is taken away from it; or null. */
  static @Nullable Known address(Insn i, Knowledge k) {
    boolean two = i.base >= 0 && i.base < 16 && i.index >= 0 && i.addressSize == 8;
    if (!two || i.displacement != 0 || !k.get(i.base).is(Kind.FRAME)) {
      return null;
    }
    Known moving = k.get(i.index);
    return moving.is(Kind.NEGATED) ? k.get(i.base).without(moving, i.scale) : null;
  }

  /** The frame that a memory operand of a stream's base and its moving register is in; or null. */
  static @Nullable Known frame(Insn i, Knowledge k) {
    Known base = k.get(i.base);
    boolean moves = base.is(Kind.STREAM) && i.index >= 0 && i.index < 16 && i.scale == base.shift();
    Known moving = moves ? k.get(i.index) : Known.ANYTHING;
    return moving.is(Kind.SUM) && moving.id() == base.less() ? base.with(moving) : null;
  }

  /**
   * A comparison of a register with the budget tells what is true once the budget is no more than
   * that; whether it is one.
   */
  static boolean compare(Insn i, Knowledge k) {
    boolean registers =
        i.mnemonic() == Mnemonic.CMP
            && i.a.size() == 8
            && i.a.kind() == Operand.Kind.GPR
            && i.b.kind() == Operand.Kind.GPR
            && i.b.index() == Registers.BUDGET;
    if (registers) {
      Fact fact = bound(k.get(i.a.index()));
      if (fact.equals(Fact.IN_BUDGET)) {
        k.flagsTell(fact, Emitter.ABOVE_EQUAL);
      } else {
        k.flagsTell(fact);
      }
    }
    return registers;
  }

  private static Fact bound(Known most) {
    return switch (most.kind()) {
      case ROUNDS_UP -> Fact.reaches(true, most);
      case ROUNDS_DOWN -> Fact.reaches(false, most);
      case CONSTANT -> Fact.FEW_ROUNDS;
      case BUDGET -> Fact.IN_BUDGET;
      default -> Fact.LESS;
    };
  }

  /** Whether an instruction of a block of so many may name the budget's register. */
  static boolean mayUseBudget(Insn i, Knowledge k, int block) {
    boolean target = i.a.kind() == Operand.Kind.GPR && i.a.index() == Registers.BUDGET;
    boolean wide = i.a.size() == 8;
    return switch (i.mnemonic()) {
      case CMP -> wide && !target;
      case SUB -> wide && !target && i.b.kind() == Operand.Kind.GPR;
      case CMOVCC -> wide && target && lowers(i, k, block);
      case MOV -> target && (wide && isRest(i, k, Known.BUDGET) || isForRounds(i, k, block));
      case ADD -> wide && target && isRest(i, k, Known.REST);
      default -> false;
    };
  }

  private static boolean lowers(Insn i, Knowledge k, int block) {
    if (i.condition() != Emitter.BELOW || i.b.kind() != Operand.Kind.GPR || k.facts.lowered() > 0) {
      return false;
    }
    Known most = k.get(i.b.index());
    Fact fact = bound(most);
    return fact.equals(Fact.IN_BUDGET)
        ? k.tells(fact, Emitter.ABOVE_EQUAL)
        : (isFew(most, block) || fact.equals(Fact.LESS)) && k.tells(fact);
  }

  private static boolean isFew(Known rounds, int block) {
    return switch (rounds.kind()) {
      case CONSTANT -> rounds.add() <= (long) PAGE * block;
      case ROUNDS_UP, ROUNDS_DOWN -> rounds.less() == block;
      default -> false;
    };
  }

  /** Whether the budget becomes one for rounds, while the whole is kept. */
  private static boolean isForRounds(Insn i, Knowledge k, int block) {
    return k.facts.lowered() == 0
        && k.streamWord(REST).equals(Known.BUDGET)
        && isFew(forRounds(i, k), block);
  }

  private static Known forRounds(Insn i, Knowledge k) {
    return i.b.kind() == Operand.Kind.IMMEDIATE && i.a.size() == 4
        ? Known.constant((int) i.b.value())
        : i.b.kind() == Operand.Kind.GPR && i.a.size() == 8 ? k.get(i.b.index()) : Known.ANYTHING;
  }

  private static boolean isRest(Insn i, Knowledge k, Known what) {
    return Effects.isWord(i, k, Streams.REST) && k.streamWord(REST).equals(what);
  }

  /** The budget has been written as {@link #mayUseBudget} or {@code Proof} allow. */
  static void budgetWritten(Insn i, Knowledge k) {
    switch (i.mnemonic()) {
      case CMOVCC -> {
        Fact fact = bound(k.get(i.b.index()));
        if (!fact.equals(Fact.LESS)) {
          k.facts.add(fact);
        }
        if (fact.isOfRounds()) {
          k.facts.add(Fact.FEW_ROUNDS);
        }
      }
      case MOV -> {
        forgetRounds(k);
        forgetOwed(k);
        if (isRest(i, k, Known.BUDGET)) {
          k.facts.add(Fact.IN_BUDGET);
        } else {
          k.facts.drop(Fact.IN_BUDGET);
          k.facts.add(bound(forRounds(i, k)));
          k.facts.add(Fact.FEW_ROUNDS);
        }
      }
      case SUB -> {
        keptNoMore(k);
        boolean had = k.facts.has(Fact.IN_BUDGET);
        forgetOwed(k);
        k.facts.drop(Fact.IN_BUDGET);
        if (had) {
          k.facts.add(Fact.owed(i.b.value()));
        }
        if (i.b.value() % k.block() != 0) {
          forgetRounds(k);
        } else if (k.facts.has(Fact.FEW_ROUNDS)) {
          k.facts.setLowered(k.facts.lowered() + i.b.value() / k.block());
        }
      }
      default -> {
        keptNoMore(k);
        boolean constant = i.b.kind() == Operand.Kind.IMMEDIATE;
        long left = constant ? leftLowered(i, k) : 0;
        boolean again =
            constant && i.mnemonic() == Mnemonic.ADD && k.facts.has(Fact.owed(i.b.value()));
        long owed = k.facts.owed();
        forgetOwed(k);
        if (left > 0) {
          k.facts.setLowered(left);
          if (owed > i.b.value()) {
            k.facts.add(Fact.owed(owed - i.b.value()));
          }
        } else {
          forgetRounds(k);
          if (constant) {
            k.facts.drop(Fact.IN_BUDGET);
          }
        }
        if (again) {
          k.facts.add(Fact.IN_BUDGET);
        }
      }
    }
  }

  /**
   * Instructions have been taken off the budget or added to it: what was kept is not it any more.
   */
  private static void keptNoMore(Knowledge k) {
    if (k.streamWord(REST).equals(Known.BUDGET)) {
      k.setStreamWord(REST, Known.ANYTHING);
    }
  }

  /**
   * Rounds that are still off the budget once {@code i} has given some back; 0 if none for sure.
   */
  private static long leftLowered(Insn i, Knowledge k) {
    boolean whole = i.mnemonic() == Mnemonic.ADD && i.b.value() % k.block() == 0;
    return whole ? Math.max(k.facts.lowered() - i.b.value() / k.block(), 0) : 0;
  }

  /** Whether only some rounds are given back of those off the budget. */
  static boolean givesSomeBack(Insn i, Knowledge k) {
    boolean constant = i.a.size() == 8 && i.b.kind() == Operand.Kind.IMMEDIATE;
    return constant && leftLowered(i, k) > 0;
  }

  private static void forgetOwed(Knowledge k) {
    k.facts.dropIf(fact -> fact.kind() == Fact.Kind.OWED);
  }

  private static void forgetRounds(Knowledge k) {
    k.facts.dropIf(fact -> fact.isOfRounds());
  }

  /**
   * Whether a loop may begin anew because the budget has been found to suffice for a round more.
   */
  static boolean isNextRound(Knowledge k) {
    return k.facts.lowered() > 0 && k.facts.has(Fact.FEW_ROUNDS) && k.facts.has(Fact.IN_BUDGET);
  }

  /**
   * What is known when it does, with the values that move named anew.
   *
   * @param before what is known of the last round's values
   * @param head what was known when that began
   */
  static Knowledge nextRound(Knowledge before, Knowledge head) {
    Knowledge k = before.copy();
    Map<Integer, Long> moved = new HashMap<>();
    for (Known stream : k.streams()) {
      Long by = k.added(stream.less(), head);
      if (by != null) {
        moved.put(stream.less(), by);
        moved.putIfAbsent(stream.id(), by << stream.shift());
      }
    }
    k.rename(known -> renamed(known, moved));
    k.facts.dropIf(
        fact -> moved.containsKey(fact.id()) && !stays(fact, moved.get(fact.id()), before));
    k.facts.dropIf(fact -> fact.isOfElements());
    long rounds = before.facts.roundsMoved(moved);
    k.facts.setLowered(rounds == 0 ? 0 : Math.max(before.facts.lowered() - rounds, 0));
    return k;
  }

  private static Known renamed(Known known, Map<Integer, Long> moved) {
    Long by = moved.get(known.id());
    if (known.is(Kind.STREAM)) {
      Long moving = moved.get(known.less());
      return by != null && moving != null && by == moving << known.shift() ? known : Known.ANYTHING;
    }
    if (known.takesTwo()) {
      return Known.ANYTHING;
    }
    if (by == null) {
      return known;
    }
    return known.is(Kind.SUM) ? known.plus(-by) : by == 0 ? known : Known.ANYTHING;
  }

  /** Whether a fact about a value holds of what is {@code by} more, if a round more may run. */
  private static boolean stays(Fact fact, long by, Knowledge before) {
    if (fact.isOfRounds()) {
      return fact.allows(by, before.facts.lowered());
    }
    if (!fact.isOfProbe()) {
      return false;
    }
    return by == 0 || before.facts.reaches(fact, by);
  }
}
