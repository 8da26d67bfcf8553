package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.RAX;
import static jvisor.cpu.translator.Registers.RDX;

import jvisor.cpu.translator.Known.Kind;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known before a division is emitted as itself, because it would raise #DE on the
 * host: for DIV that the dividend's upper half is below the divisor; for IDIV that the upper half
 * is nothing but the lower one's sign, and the divisor neither 0 nor −1.
 */
final class DivisionRules {
  private static final int BELOW = 2;
  private static final int ABOVE = 7;
  private static final int HALF = 32;

  private DivisionRules() {}

  /** Whether {@code i} is a division. */
  static boolean isDivision(Insn i) {
    return i.mnemonic() == Mnemonic.DIV || i.mnemonic() == Mnemonic.IDIV;
  }

  /** Whether a division cannot fault. */
  static boolean isSafe(Insn i, Knowledge k) {
    int size = i.a.size();
    if (i.a.kind() != Operand.Kind.GPR || size < 4) {
      return false;
    }
    Known divisor = k.get(i.a.index());
    if (!divisor.is(Kind.SUM) || divisor.add() != 0) {
      return false;
    }
    if (i.mnemonic() == Mnemonic.DIV) {
      return k.facts.has(new Fact(Fact.Kind.QUOTIENT_FITS, divisor.id(), size, 0));
    }
    boolean whole = size == 8 || k.facts.isWidened(divisor.id());
    return whole
        && k.facts.has(new Fact(Fact.Kind.DIVISOR_USUAL, divisor.id(), 0, 0))
        && k.facts.has(new Fact(Fact.Kind.DIVIDEND_EXTENDED, 0, size, 0));
  }

  /** What the first operand becomes, if that is a step towards a division. */
  static Known result(Insn i, int id, Knowledge k) {
    boolean registers = i.b.kind() == Operand.Kind.GPR;
    boolean constant = i.b.kind() == Operand.Kind.IMMEDIATE;
    Known to = k.get(i.a.index());
    return switch (i.mnemonic()) {
      case MOVSXD -> registers && i.a.size() == 8 ? widened(i, id, k) : Known.ANYTHING;
      case MOV ->
          registers && i.a.size() == 4 && (i.b.index() == RAX || i.b.index() == RDX)
              ? new Known(Kind.LOW, 0, i.b.index(), 0)
              : Known.ANYTHING;
      case SHL ->
          constant && i.a.size() == 8 && i.b.value() == HALF && to.is(Kind.LOW)
              ? to.as(Kind.HIGH)
              : Known.ANYTHING;
      case SAR ->
          constant && i.a.size() == 8 && i.b.value() == 63 && to.is(Kind.SUM)
              ? to.as(Kind.SIGN)
              : Known.ANYTHING;
      case OR -> {
        boolean pair =
            registers
                && i.a.size() == 8
                && to.equals(new Known(Kind.HIGH, 0, RDX, 0))
                && k.get(i.b.index()).equals(new Known(Kind.LOW, 0, RAX, 0));
        yield pair ? to.as(Kind.PAIR) : Known.ANYTHING;
      }
      default -> Known.ANYTHING;
    };
  }

  private static Known widened(Insn i, int id, Knowledge k) {
    k.forget(id);
    k.facts.add(new Fact(Fact.Kind.WIDENED, id, i.b.index(), 0));
    return Known.value(id);
  }

  /** Notes what the flags tell behind a compare. */
  static void compares(Insn i, int id, Knowledge k) {
    Fact fact = null;
    int holds = Emitter.EQUAL;
    if (i.mnemonic() != Mnemonic.CMP || i.a.kind() != Operand.Kind.GPR) {
      return;
    }
    Known what = k.get(i.a.index());
    if (i.b.kind() == Operand.Kind.IMMEDIATE) {
      if (i.a.size() == 8 && what.is(Kind.SUM) && what.add() == 1 && i.b.value() == 1) {
        fact = new Fact(Fact.Kind.DIVISOR_USUAL, what.id(), 0, 0);
        holds = ABOVE;
      }
    } else if (i.b.kind() == Operand.Kind.GPR) {
      fact = ofRegisters(i, id, k);
      holds = fact != null && fact.kind() == Fact.Kind.QUOTIENT_FITS ? BELOW : Emitter.EQUAL;
    }
    if (fact != null) {
      k.flagsTell(fact, holds);
    }
  }

  private static @Nullable Fact ofRegisters(Insn i, int id, Knowledge k) {
    Known what = k.get(i.a.index());
    Known with = k.get(i.b.index());
    int size = i.a.size();
    if (i.a.index() == RDX && size >= 4) {
      Known divisor = k.named(i.b.index(), id);
      boolean plain = divisor.is(Kind.SUM) && divisor.add() == 0;
      return plain ? new Fact(Fact.Kind.QUOTIENT_FITS, divisor.id(), size, 0) : null;
    }
    boolean wide =
        size == 8
            && i.b.index() == RDX
            && what.is(Kind.SIGN)
            && k.get(RAX).equals(what.as(Kind.SUM));
    boolean narrow =
        size == 8
            && what.is(Kind.PAIR)
            && with.is(Kind.SUM)
            && with.add() == 0
            && k.facts.has(new Fact(Fact.Kind.WIDENED, with.id(), RAX, 0));
    return wide || narrow ? new Fact(Fact.Kind.DIVIDEND_EXTENDED, 0, wide ? 8 : 4, 0) : null;
  }
}
