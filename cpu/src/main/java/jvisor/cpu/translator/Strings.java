package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.RCX;
import static jvisor.cpu.translator.Registers.RDI;
import static jvisor.cpu.translator.Registers.RSI;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.VcpuState;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * REP STOS and REP MOVS upwards, all elements of which lie in one page, and in one to be read: the
 * host's own instruction does them, at once. The interpreter does the same in one execution, so
 * that both count one instruction. What crosses a page, goes downwards or faults is its own.
 */
final class Strings {
  private static final int PAGE = 4096;

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;

  Strings(Unit unit, Accesses accesses) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
  }

  /** Whether {@link #emit} can emit it. */
  static boolean suits(Insn i, boolean narrow) {
    return i.repeat != 0
        && switch (i.mnemonic()) {
          case STOS, MOVS -> i.addressSize == (narrow ? 4 : 8) && Accesses.suits(i, narrow);
          default -> false;
        };
  }

  /** Emits an instruction that {@link #suits}. */
  void emit(Insn i) {
    boolean moves = i.mnemonic() == Mnemonic.MOVS;
    int shift = Integer.numberOfTrailingZeros(i.operandSize);
    unit.flags.settleAndSpoil();
    e.compareConstant(RCX, 0);
    int nothing = e.jumpAhead(Emitter.EQUAL);
    e.compareConstant32(RCX, PAGE >> shift);
    unit.leaveIf(Emitter.ABOVE);
    e.testMemory32(STATE, VcpuState.SYSTEM_FLAGS, (int) Rflags.DF);
    unit.leaveIf(Emitter.NOT_EQUAL);
    if (moves) {
      address(i, RSI);
      accesses.addSegment(i.segment);
      accesses.probeElements(RCX, shift, false);
      e.store(STATE, Words.TARGET_CODE, ADDRESS);
    }
    address(i, RDI);
    accesses.probeElements(RCX, shift, true);
    if (moves) {
      e.lea(i.addressSize, TAG, RSI, RCX, shift, 0);
      e.store(STATE, Registers.slot(RSI), TAG);
      e.load(RSI, STATE, Words.TARGET_CODE);
    }
    e.lea(i.addressSize, TAG, RDI, RCX, shift, 0);
    e.move(RDI, ADDRESS);
    e.repeat(moves ? Emitter.MOVE_STRING : Emitter.STORE_STRING, i.operandSize);
    e.move(RDI, TAG);
    if (moves) {
      e.load(RSI, STATE, Registers.slot(RSI));
    }
    e.bind(nothing);
  }

  private void address(Insn i, int register) {
    if (i.addressSize == 4) {
      e.move32(ADDRESS, register);
    } else {
      e.move(ADDRESS, register);
    }
  }
}
