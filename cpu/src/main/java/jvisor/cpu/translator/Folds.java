package jvisor.cpu.translator;

import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/**
 * Registers of a counted {@link StreamLoop} that only step and only tell where streams are. Rounds
 * that are emitted one behind the other need not step them: what they access is so much further
 * from the registers as they were, and the last of these rounds steps them for all.
 */
final class Folds {
  private int registers;

  /**
   * Those of a block.
   *
   * @param count how many of its instructions each round executes
   */
  Folds(Insn[] block, int count, Streams streams) {
    for (int n = 0; n < count; n++) {
      if (Streams.isStep(block[n]) && isShort(streams.step(block[n].a.index()))) {
        registers |= 1 << block[n].a.index();
      }
    }
    for (int n = 0; n < count; n++) {
      if (Roles.flagsTested(block[n]) != 0 || !Effects.isExplicit(block[n])) {
        registers = 0;
      } else if (!Streams.isStep(block[n])) {
        keep(block[n]);
      }
    }
    if (count == block.length - 1 && Streams.isStep(block[count - 1])) {
      // Its flags are those that the rounds leave behind.
      registers &= ~(1 << block[count - 1].a.index());
    }
  }

  private static boolean isShort(long step) {
    return Math.abs(step) <= Integer.MAX_VALUE / StreamLoop.GROUP;
  }

  private void keep(Insn i) {
    for (Operand o : new Operand[] {i.a, i.b, i.c, i.d}) {
      if (o.kind() == Operand.Kind.GPR || o.kind() == Operand.Kind.HIGH8) {
        registers &= ~(1 << o.index());
      }
    }
    if (i.mnemonic() == Mnemonic.LEA) {
      registers &= ~(bit(i.base) | bit(i.index));
    }
  }

  private static int bit(int register) {
    return register >= 0 && register < Insn.RIP ? 1 << register : 0;
  }

  /** Whether an instruction does nothing but step one of them. */
  boolean has(Insn i) {
    return Streams.isStep(i) && (registers >> i.a.index() & 1) != 0;
  }

  /** All of them, a mask of bits. */
  int registers() {
    return registers;
  }
}
