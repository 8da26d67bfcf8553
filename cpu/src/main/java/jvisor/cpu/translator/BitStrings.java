package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/**
 * BT, BTS, BTR and BTC of a bit string in memory, whose bit is numbered by a register: done on the
 * word that holds the bit, in a register. With LOCK they are the interpreter's.
 */
final class BitStrings {
  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;

  BitStrings(Unit unit, Accesses accesses) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
  }

  /** Whether {@link #emit} can emit it. */
  static boolean suits(Insn i, boolean narrow) {
    return switch (i.mnemonic()) {
      case BT, BTS, BTR, BTC ->
          !narrow
              && !i.lock
              && i.a.isMemory()
              && i.a.size() >= 4
              && i.b.kind() == Operand.Kind.GPR
              && i.addressSize == 8;
      default -> false;
    };
  }

  /** Emits an instruction that {@link #suits}; {@code next} is the offset behind it. */
  void emit(Insn i, int next) {
    int size = i.a.size();
    boolean writes = i.mnemonic() != Mnemonic.BT;
    accesses.linearAddress(i, next);
    number(i, ENTRY);
    if (size == 4) {
      e.signExtend(ENTRY, ENTRY);
    }
    e.shiftRightSigned(ENTRY, size == 8 ? 6 : 5);
    e.lea(8, ADDRESS, ADDRESS, ENTRY, size == 8 ? 3 : 2, 0);
    accesses.probe(size, writes, false);
    unit.flags.hold();
    number(i, ENTRY);
    e.load(size, TAG, ADDRESS, 0);
    e.bit(size, operation(i), TAG, ENTRY);
    if (writes) {
      e.store(size, ADDRESS, 0, TAG);
    }
    unit.flags.set(null);
  }

  private void number(Insn i, int to) {
    if (Registers.isPinned(i.b.index())) {
      e.move(to, Registers.host(i.b.index()));
    } else {
      e.load(to, STATE, Registers.slot(i.b.index()));
    }
  }

  private static int operation(Insn i) {
    return switch (i.mnemonic()) {
      case BT -> 0xa3;
      case BTS -> 0xab;
      case BTR -> 0xb3;
      default -> 0xbb;
    };
  }
}
