package jvisor.cpu.translator;

import java.util.Set;
import jvisor.cpu.translator.UnsafeCode.Rule;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** The {@link Verifier}'s rules of single instructions, by what is known before each. */
final class InstructionRules {
  private final int block;
  private final Set<Integer> numbers;
  private final boolean several;

  /**
   * Those of a translation of blocks with these numbers, of which the first has {@code block}
   * instructions.
   */
  InstructionRules(int block, Set<Integer> numbers, boolean several) {
    this.block = block;
    this.numbers = numbers;
    this.several = several;
  }

  /** The rule that {@code i}, which is no jump, breaks where so much is known; null if none. */
  @Nullable Rule broken(Insn i, Knowledge k) {
    if (DivisionRules.isDivision(i)) {
      return DivisionRules.isSafe(i, k) ? null : Rule.DIVISION;
    }
    if (StringRules.isRepeated(i)) {
      return StringRules.broken(i, k);
    }
    if (!i.row.harmless() || i.repeat != 0 || isBitString(i)) {
      return Rule.HARMLESS;
    }
    if (X87.uses(i) && !k.facts.has(Fact.X87_USABLE)) {
      return Rule.X87;
    }
    if (i.mnemonic() == Mnemonic.FLDCW && !Effects.isWord(i, k, Words.X87_CONTROL)) {
      return Rule.X87_CONTROL;
    }
    Rule named = naming(i, k);
    if (named != null) {
      return named;
    }
    if (i.mnemonic() == Mnemonic.NOP || !i.hasMemory()) {
      return null;
    }
    return i.mnemonic() == Mnemonic.LEA ? ofAddress(i) : MemoryRules.broken(i, k, numbers);
  }

  /** The rule that it breaks by the registers that it names; null if none. */
  private @Nullable Rule naming(Insn i, Knowledge k) {
    for (Operand o : new Operand[] {i.a, i.b, i.c, i.d}) {
      if (o.kind() == Operand.Kind.GPR && o.index() == Registers.RSP) {
        return Rule.STACK_POINTER;
      }
      if (o.kind() == Operand.Kind.GPR && o.index() == Registers.STATE) {
        return Rule.STATE_REGISTER;
      }
      if (o.kind() == Operand.Kind.GPR
          && o.index() == Registers.BUDGET
          && !counts(i)
          && !isStored(i, o)
          && (several || !StreamRules.mayUseBudget(i, k, block))) {
        return Rule.BUDGET;
      }
    }
    return null;
  }

  private static @Nullable Rule ofAddress(Insn i) {
    return i.base == Registers.RSP
        ? Rule.STACK_POINTER
        : i.base == Registers.STATE || i.index == Registers.STATE
            ? Rule.STATE_REGISTER
            : i.base == Insn.RIP ? Rule.ADDRESS_FORM : null;
  }

  /** Whether a register is only stored. */
  private static boolean isStored(Insn i, Operand register) {
    return i.mnemonic() == Mnemonic.MOV && i.a.isMemory() && i.b == register;
  }

  /** Whether it takes the block's instructions off the budget, or gives them back. */
  boolean counts(Insn i) {
    if (several) {
      return Effects.taken(i) != 0;
    }
    return (i.mnemonic() == Mnemonic.SUB || i.mnemonic() == Mnemonic.ADD)
        && i.a.size() == 8
        && i.b.kind() == Operand.Kind.IMMEDIATE
        && (i.b.value() == block
            || i.b.value() == (long) StreamLoop.COPIES * block
            || i.b.value() == (long) StreamLoop.GROUP * block);
  }

  /** Bits whose number is in a register lie anywhere in memory. */
  private static boolean isBitString(Insn i) {
    return switch (i.mnemonic()) {
      case BT, BTS, BTR, BTC -> i.a.isMemory() && i.b.kind() == Operand.Kind.GPR;
      default -> false;
    };
  }
}
