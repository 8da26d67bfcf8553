package jvisor.cpu.translator;

import jvisor.cpu.mmu.TlbLayout;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.translator.Known.Kind;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link Verifier} knows after an instruction: the steps of a probe and of a look into the
 * target cache are followed, whatever lies between them; of all other results nothing is known.
 */
final class Effects {
  private static final int IMPLICIT = 4;
  private static final int PAGE = 4096;
  private static final int NOT_NEGATIVE = 9;

  private Effects() {}

  /** Turns what is known before {@code i} into what is known behind it. */
  static void apply(Insn i, int id, Knowledge k) {
    Known result = result(i, id, k);
    Fact told = told(i, k);
    Fact few = StringRules.compared(i, id, k);
    if ((i.row.flagsWritten() | i.row.flagsUndefined()) != 0) {
      k.flagsChanged();
    }
    forgetWritten(i, k);
    if (i.a.kind() == Operand.Kind.GPR && !isReadOnly(i)) {
      if (result.is(Kind.TARGET_ENTRY)) {
        k.forget(id);
      }
      k.set(i.a.index(), result);
    }
    if (StreamRules.compare(i, k)) {
      return;
    }
    if (few != null) {
      k.flagsTell(few, Emitter.BELOW_EQUAL);
    } else if (told == null) {
      DivisionRules.compares(i, id, k);
    } else {
      int condition =
          switch (told.kind()) {
            case IN_BUDGET -> NOT_NEGATIVE;
            case X87_USABLE -> Emitter.NOT_EQUAL;
            default -> Emitter.EQUAL;
          };
      k.flagsTell(told, condition);
    }
  }

  private static void forgetWritten(Insn i, Knowledge k) {
    forgetRegister(i.a, k, isReadOnly(i));
    switch (i.mnemonic()) {
      case XCHG, XADD, MULX -> forgetRegister(i.b, k, false);
      default -> {}
    }
    int implicit = i.mnemonic() == Mnemonic.LAHF ? 1 : isExplicit(i) ? 0 : IMPLICIT;
    for (int register = 0; register < implicit; register++) {
      k.set(register, Known.ANYTHING);
    }
    StringRules.apply(i, k);
    if (i.a.kind() == Operand.Kind.GPR && i.a.index() == Registers.BUDGET) {
      StreamRules.budgetWritten(i, k);
    }
    boolean state = i.a.isMemory() && k.get(i.base).is(Kind.STATE) && !isReadOnly(i);
    if (state) {
      FrameRules.store(i, k);
      StreamRules.store(i, k);
      LevelRules.stored(i, k);
    }
    if (state && MemoryRules.overlaps(i.displacement, i.a.size(), Words.TARGET_CODE)) {
      boolean whole = isMove(i, 8) && i.displacement == Words.TARGET_CODE;
      boolean register = whole && i.b.kind() == Operand.Kind.GPR;
      k.set(Knowledge.TARGET_CODE, register ? k.get(i.b.index()) : Known.ANYTHING);
    }
  }

  private static void forgetRegister(Operand o, Knowledge k, boolean kept) {
    boolean register = o.kind() == Operand.Kind.GPR || o.kind() == Operand.Kind.HIGH8;
    if (register && !kept) {
      k.set(o.index(), Known.ANYTHING);
    }
  }

  private static boolean isReadOnly(Insn i) {
    return switch (i.mnemonic()) {
      case CMP, TEST, BT -> true;
      default -> false;
    };
  }

  /** Whether only registers that are named are written; else some of the first four may be too. */
  static boolean isExplicit(Insn i) {
    return switch (i.mnemonic()) {
      case MOV, MOVZX, MOVSX, MOVSXD, LEA, NOP, CMOVCC, SETCC -> true;
      case ADD, ADC, OR, AND, SUB, SBB, XOR, CMP, TEST, INC, DEC, NEG, NOT -> true;
      case SHL, SHR, SAR, ROL, ROR, RORX, POPCNT, SAHF -> true;
      case IMUL -> i.b != Operand.NONE;
      case PCMPESTRI, PCMPISTRI, PCMPESTRM, PCMPISTRM -> false;
      default ->
          X87.uses(i) || i.a.kind() == Operand.Kind.VECTOR || i.b.kind() == Operand.Kind.VECTOR;
    };
  }

  private static boolean isMove(Insn i, int size) {
    return i.mnemonic() == Mnemonic.MOV && i.a.size() == size;
  }

  /** What the first operand, a register, becomes. */
  private static Known result(Insn i, int id, Knowledge k) {
    if (i.a.kind() != Operand.Kind.GPR) {
      return Known.ANYTHING;
    }
    boolean wide = i.a.size() == 8;
    boolean constant = i.b.kind() == Operand.Kind.IMMEDIATE;
    if (i.a.index() == Registers.BUDGET) {
      return k.get(Registers.BUDGET).is(Kind.TAKEN) ? budget(i, k) : Known.ANYTHING;
    }
    if (wide && i.mnemonic() == Mnemonic.LEA) {
      Known stream = StreamRules.address(i, k);
      Known last = stream != null ? stream : StringRules.address(i, k);
      return last != null ? last : address(i, id, k);
    }
    Known counted = StreamRules.result(i, id, k);
    if (counted != null) {
      return counted;
    }
    if (i.a.index() < Registers.ADDRESS) {
      return wide && i.mnemonic() == Mnemonic.MOV ? moved(i, id, k) : Known.ANYTHING;
    }
    Known step = DivisionRules.result(i, id, k);
    if (!step.is(Kind.ANYTHING)) {
      return step;
    }
    return switch (i.mnemonic()) {
      case MOV ->
          i.a.size() == 4 && constant
              ? Known.constant((int) i.b.value())
              : wide ? moved(i, id, k) : Known.ANYTHING;
      case AND -> constant ? masked(i, k) : Known.ANYTHING;
      case SHR -> wide && constant ? shifted(i, k) : Known.ANYTHING;
      case SHL ->
          wide
                  && constant
                  && i.b.value() == TargetCache.ENTRY_SHIFT
                  && k.get(i.a.index()).is(Kind.TARGET_INDEX)
              ? Known.TARGET_OFFSET
              : Known.ANYTHING;
      case ADD -> wide && i.b.isMemory() ? sum(i, id, k) : Known.ANYTHING;
      case OR -> combined(i, k);
      case XOR -> wide ? StreamRules.difference(i, k) : Known.ANYTHING;
      default -> Known.ANYTHING;
    };
  }

  private static Known budget(Insn i, Knowledge k) {
    Known before = k.get(Registers.BUDGET);
    return before.is(Kind.TAKEN) && taken(i) != 0 ? before.plus(taken(i)) : Known.ANYTHING;
  }

  /** How many instructions {@code i} takes off the budget; 0 if that is not what it does. */
  static long taken(Insn i) {
    boolean budget =
        i.a.kind() == Operand.Kind.GPR && i.a.index() == Registers.BUDGET && i.a.size() == 8;
    boolean constant = i.b.kind() == Operand.Kind.IMMEDIATE;
    return !budget
        ? 0
        : switch (i.mnemonic()) {
          case SUB -> constant ? i.b.value() : 0;
          case ADD -> constant ? -i.b.value() : 0;
          case LEA ->
              i.base == Registers.BUDGET && i.index == Insn.NO_REGISTER && i.addressSize == 8
                  ? -i.displacement
                  : 0;
          default -> 0;
        };
  }

  private static Known moved(Insn i, int id, Knowledge k) {
    if (i.b.kind() == Operand.Kind.GPR) {
      return k.named(i.b.index(), id);
    }
    if (isWord(i, k, Words.COUNTS)) {
      return Known.COUNTS;
    }
    if (isWord(i, k, Words.CONTEXT)) {
      return Known.CONTEXT;
    }
    Known level = isOfState(i, k) ? LevelRules.value(i.displacement) : null;
    if (level != null) {
      return level;
    }
    if (isWord(i, k, Words.TARGET_CODE)) {
      return k.get(Knowledge.TARGET_CODE);
    }
    int word = isOfState(i, k) ? StreamRules.word(i.displacement) : -1;
    if (word >= 0) {
      return k.streamWord(word);
    }
    Known base = i.base >= 0 && i.base < 16 ? k.get(i.base) : Known.ANYTHING;
    if (base.is(Kind.ENTRY) && i.displacement == TlbLayout.ADDEND) {
      return base.as(Kind.ADDEND);
    }
    return isCheckedCode(i, k) ? Known.CHECKED_CODE : Known.ANYTHING;
  }

  /** Whether the memory operand is the code of an entry that has been found to match. */
  static boolean isCheckedCode(Insn i, Knowledge k) {
    Known base = i.hasMemory() && i.base >= 0 && i.base < 16 ? k.get(i.base) : Known.ANYTHING;
    return base.is(Kind.TARGET_ENTRY)
        && i.displacement == TargetCache.CODE
        && k.facts.has(Fact.matches(Fact.Kind.ADDRESS_MATCHES, base.id()))
        && k.facts.has(Fact.matches(Fact.Kind.CONTEXT_MATCHES, base.id()));
  }

  /** Whether the memory operand is this word of the struct. */
  static boolean isWord(Insn i, Knowledge k, int word) {
    return isOfState(i, k) && i.displacement == word;
  }

  private static boolean isOfState(Insn i, Knowledge k) {
    return i.hasMemory() && i.base >= 0 && i.base < 16 && k.get(i.base).is(Kind.STATE);
  }

  private static boolean isJumps(Insn i, Knowledge k) {
    return isWord(i, k, Words.JUMPS)
        || isWord(i, k, Levels.USER_JUMPS)
        || isWord(i, k, Levels.SUPERVISOR_JUMPS);
  }

  private static Known address(Insn i, int id, Knowledge k) {
    boolean simple = i.base >= 0 && i.base < 16 && i.index == Insn.NO_REGISTER;
    if (!simple || i.addressSize != 8) {
      return Known.ANYTHING;
    }
    Known base = k.named(i.base, id);
    return base.is(Kind.SUM) || base.is(Kind.FRAME) ? base.plus(i.displacement) : Known.ANYTHING;
  }

  private static Known tag(Known page) {
    Known last = StringRules.step(Kind.LAST_PAGE, page, Kind.LAST_TAG);
    return last != null ? last : page.is(Kind.PAGE) ? page.as(Kind.TAG) : Known.ANYTHING;
  }

  private static Known masked(Insn i, Knowledge k) {
    Known from = k.get(i.a.index());
    if (i.a.size() == 8) {
      Known last = StringRules.step(Kind.LAST, from, Kind.LAST_PAGE);
      if (last != null && i.b.value() == -PAGE) {
        return last;
      }
      if (!from.is(Kind.SUM)) {
        return Known.ANYTHING;
      }
      return i.b.value() == -PAGE ? from.as(Kind.PAGE) : from.aligned(i.b.value());
    }
    if (i.a.size() == 4 && from.is(Kind.SHIFTED) && i.b.value() == TlbLayout.OFFSET_MASK) {
      return from.as(Kind.INDEX);
    }
    return i.a.size() == 4 && i.b.value() == TargetCache.ENTRIES - 1
        ? Known.TARGET_INDEX
        : Known.ANYTHING;
  }

  private static Known combined(Insn i, Knowledge k) {
    Known from = k.get(i.a.index());
    if (i.a.size() == 8) {
      return isWord(i, k, VcpuState.TLB_GENERATION) ? tag(from) : Known.ANYTHING;
    }
    boolean masks = i.b.kind() == Operand.Kind.IMMEDIATE && (i.b.value() & X87.MASKS) == X87.MASKS;
    return i.a.size() == 4 && masks ? Known.MASKED_CONTROL : Known.ANYTHING;
  }

  private static Known shifted(Insn i, Knowledge k) {
    Known from = k.get(i.a.index());
    return from.is(Kind.SUM) && i.b.value() == TlbLayout.INDEX_SHIFT
        ? from.as(Kind.SHIFTED)
        : Known.ANYTHING;
  }

  private static Known sum(Insn i, int id, Knowledge k) {
    Known to = k.get(i.a.index());
    if (to.is(Kind.INDEX) && isWord(i, k, VcpuState.TLB_TABLE)) {
      return to.as(Kind.ENTRY);
    }
    if (to.is(Kind.TARGET_OFFSET) && isJumps(i, k)) {
      return Known.targetEntry(id);
    }
    Known base = i.base >= 0 && i.base < 16 ? k.get(i.base) : Known.ANYTHING;
    int slot = base.is(Kind.STATE) ? Frames.at(i.displacement) : -1;
    if (slot >= 0 && i.displacement == Frames.addend(slot)) {
      return to.is(Kind.SUM) && k.facts.isInSlot(slot, to) ? to.inFrameOf(slot) : Known.ANYTHING;
    }
    boolean addend = base.is(Kind.ENTRY) && i.displacement == TlbLayout.ADDEND;
    return addend && to.is(Kind.SUM) && to.id() == base.id() ? to.inFrameOf(base) : Known.ANYTHING;
  }

  /** What the flags tell behind {@code i}, if it is the compare of a probe or the like. */
  private static @Nullable Fact told(Insn i, Knowledge k) {
    boolean zero = i.b.kind() == Operand.Kind.IMMEDIATE && i.b.value() == 0;
    boolean compares = i.mnemonic() == Mnemonic.CMP;
    if (compares && zero && i.a.size() == 4 && isWord(i, k, VcpuState.ATTENTION)) {
      return Fact.UNDISTURBED;
    }
    if (compares && zero && i.a.size() == 1 && isWord(i, k, Words.X87_USABLE)) {
      return Fact.X87_USABLE;
    }
    Fact level = compares ? LevelRules.compared(i, k) : null;
    if (level != null) {
      return level;
    }
    boolean budget = i.a.kind() == Operand.Kind.GPR && i.a.index() == Registers.BUDGET;
    if (i.mnemonic() == Mnemonic.SUB && budget) {
      Known taken = budget(i, k);
      return taken.is(Kind.TAKEN) ? Fact.inBudget(taken.add()) : Fact.IN_BUDGET;
    }
    if (i.mnemonic() == Mnemonic.ADD && budget) {
      return StreamRules.givesSomeBack(i, k) ? Fact.IN_BUDGET : null;
    }
    if (i.mnemonic() == Mnemonic.TEST) {
      return StreamRules.samePage(i, k);
    }
    if (!compares || i.a.kind() != Operand.Kind.GPR || !i.b.isMemory() || i.base < 0) {
      return null;
    }
    Known what = k.get(i.a.index());
    Known entry = i.base < 16 ? k.get(i.base) : Known.ANYTHING;
    if (entry.is(Kind.STATE)) {
      return FrameRules.told(i, what, k);
    }
    if (entry.is(Kind.TARGET_ENTRY)) {
      if (i.displacement == 0) {
        return Fact.matches(Fact.Kind.ADDRESS_MATCHES, entry.id());
      }
      if (i.displacement != TargetCache.CONTEXT) {
        return null;
      }
      return what.is(Kind.CONTEXT)
          ? Fact.matches(Fact.Kind.CONTEXT_MATCHES, entry.id())
          : what.is(Kind.LEVEL_WORD) ? Fact.matchesContext(entry.id(), (int) what.add()) : null;
    }
    Fact elements = StringRules.told(i, what, entry);
    if (elements != null) {
      return elements;
    }
    boolean tag = entry.is(Kind.ENTRY) && what.is(Kind.TAG) && what.id() == entry.id();
    long span = what.add() - entry.add();
    if (!tag || span < 0 || span >= PAGE) {
      return null;
    }
    return i.displacement == TlbLayout.READ_TAG
        ? new Fact(Fact.Kind.ADMITTED_READ, entry.id(), entry.add(), what.add())
        : i.displacement == TlbLayout.WRITE_TAG
            ? new Fact(Fact.Kind.ADMITTED_WRITE, entry.id(), entry.add(), what.add())
            : null;
  }
}
