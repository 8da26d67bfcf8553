package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.RBP;
import static jvisor.cpu.translator.Registers.STACK;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** PUSH, POP of registers, and LEAVE. */
final class Stack {
  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;

  Stack(Unit unit, Accesses accesses) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
  }

  /** Whether {@link #emit} can emit it. */
  static boolean suits(Insn i, boolean narrow) {
    return i.operandSize == (narrow ? 4 : 8)
        && switch (i.mnemonic()) {
          case PUSH ->
              i.a.kind() == Operand.Kind.GPR
                  || i.a.kind() == Operand.Kind.IMMEDIATE
                  || i.a.isMemory() && Accesses.suits(i, narrow);
          case POP -> i.a.kind() == Operand.Kind.GPR;
          case LEAVE -> true;
          default -> false;
        };
  }

  /** Emits an instruction that {@link #suits}; {@code next} is the offset behind it. */
  void emit(Insn i, int next) {
    unit.flags.spoil();
    if (i.mnemonic() == Mnemonic.PUSH) {
      if (i.a.isMemory()) {
        fetch(i, next);
      }
      push(i);
    } else {
      int from = i.mnemonic() == Mnemonic.POP ? STACK : RBP;
      int size = i.operandSize;
      e.lea(size, ADDRESS, from, 0);
      accesses.probe(size, false, false);
      e.load(size, ADDRESS, ADDRESS, 0);
      e.lea(size, STACK, from, size);
      int to = i.mnemonic() == Mnemonic.POP ? i.a.index() : RBP;
      if (Registers.isPinned(to)) {
        e.move(Registers.host(to), ADDRESS);
      } else {
        e.store(STATE, Registers.slot(to), ADDRESS);
      }
    }
  }

  /** Loads what is to be pushed. */
  private void fetch(Insn i, int next) {
    int size = i.operandSize;
    accesses.linearAddress(i, next);
    accesses.probe(size, false, false);
    e.load(size, TAG, ADDRESS, 0);
    e.store(STATE, Words.TARGET, TAG);
  }

  private void push(Insn i) {
    int size = i.operandSize;
    e.lea(size, ADDRESS, STACK, -size);
    accesses.probe(size, true, false);
    if (i.a.kind() == Operand.Kind.IMMEDIATE) {
      e.storeConstant(size, ADDRESS, 0, (int) i.a.value());
    } else if (i.a.isMemory()) {
      e.load(TAG, STATE, Words.TARGET);
      e.store(size, ADDRESS, 0, TAG);
    } else if (Registers.isPinned(i.a.index())) {
      e.store(size, ADDRESS, 0, Registers.host(i.a.index()));
    } else {
      e.load(TAG, STATE, Registers.slot(i.a.index()));
      e.store(size, ADDRESS, 0, TAG);
    }
    e.lea(size, STACK, STACK, -size);
  }
}
