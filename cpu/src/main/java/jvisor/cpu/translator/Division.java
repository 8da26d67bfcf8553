package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.RAX;
import static jvisor.cpu.translator.Registers.RDX;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/**
 * DIV and IDIV of 32 and 64 bits, where the quotient is known to fit beforehand; else they are the
 * interpreter's, which knows #DE. They leave the flags alone, as the interpreter does.
 */
final class Division {
  private static final int HALF = 32;
  private static final int DIV = 6;
  private static final int IDIV = 7;

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;

  Division(Unit unit, Accesses accesses) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
  }

  /** Whether {@link #emit} can emit it. */
  static boolean suits(Insn i, boolean narrow) {
    return (i.mnemonic() == Mnemonic.DIV || i.mnemonic() == Mnemonic.IDIV)
        && i.operandSize >= 4
        && i.a.size() >= 4
        && (i.a.kind() == Operand.Kind.GPR || Accesses.suits(i, narrow));
  }

  /** Emits an instruction that {@link #suits}; {@code next} is the offset of the one behind it. */
  void emit(Insn i, int next) {
    int size = i.a.size();
    unit.flags.spoil();
    if (i.a.isMemory()) {
      accesses.linearAddress(i, next);
      accesses.probe(size, false, false);
      e.load(size, ADDRESS, ADDRESS, 0);
    } else if (Registers.isPinned(i.a.index())) {
      e.move(ADDRESS, Registers.host(i.a.index()));
    } else {
      e.load(ADDRESS, STATE, Registers.slot(i.a.index()));
    }
    if (i.mnemonic() == Mnemonic.DIV) {
      e.compare(size, RDX, ADDRESS);
      unit.leaveIf(Emitter.ABOVE_EQUAL);
      e.divide(size, DIV, ADDRESS);
    } else {
      signed(size);
    }
  }

  /** The dividend has to be the sign extension of its lower half, the divisor neither 0 nor −1. */
  private void signed(int size) {
    if (size == 8) {
      e.move(TAG, RAX);
      e.shiftRightSigned(TAG, 63);
      e.compare(8, TAG, RDX);
    } else {
      e.move32(TAG, RDX);
      e.shiftLeft(TAG, HALF);
      e.move32(ENTRY, RAX);
      e.operate(Emitter.OR, TAG, ENTRY);
      e.signExtend(ENTRY, RAX);
      e.compare(8, TAG, ENTRY);
      e.signExtend(ADDRESS, ADDRESS);
    }
    unit.leaveIf(Emitter.NOT_EQUAL);
    e.lea(8, TAG, ADDRESS, 1);
    e.compareConstant(TAG, 1);
    unit.leaveIf(Emitter.BELOW_EQUAL);
    e.divide(size, IDIV, ADDRESS);
  }
}
