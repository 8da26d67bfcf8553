package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.ADDRESS;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import java.util.Set;
import jvisor.cpu.state.Rflags;
import jvisor.isa.CodeMode;
import jvisor.isa.Encoder;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import jvisor.isa.OperandForm;
import org.jspecify.annotations.Nullable;

/**
 * Harmless instructions, emitted as themselves: registers renumbered, the memory operand replaced by
 * its hva, guest registers that have no host register loaded before and stored after.
 */
final class Instructions {
  private static final int ALL_FLAGS = (int) Rflags.ARITHMETIC;
  private static final int[] NONE = {};
  private static final int[] SCRATCH = {TAG, ENTRY, ADDRESS};
  private static final int MOST_OPERANDS = 4;

  private final Unit unit;
  private final Emitter e;
  private final Accesses accesses;
  private final Set<Feature> hostFeatures;

  /** Guest registers of the running instruction that lie in scratch registers. */
  private final int[] guests = new int[MOST_OPERANDS];

  private int lent;

  Instructions(Unit unit, Accesses accesses, Set<Feature> hostFeatures) {
    this.unit = unit;
    this.e = unit.e;
    this.accesses = accesses;
    this.hostFeatures = hostFeatures;
  }

  /** Whether {@link #emit} can emit it. */
  boolean suits(Insn i, boolean narrow) {
    if (!i.row.harmless() || !hostFeatures.contains(i.row.feature())) {
      return false;
    }
    if (isNoOperation(i)) {
      return true;
    }
    if (i.hasMemory()) {
      if (!Accesses.suits(i, narrow) || i.row.bitString()) {
        return false;
      }
    }
    return rewritten(i) != null;
  }

  private static boolean isNoOperation(Insn i) {
    return i.mnemonic() == Mnemonic.NOP || i.mnemonic() == Mnemonic.PREFETCH;
  }

  /** Emits an instruction that {@link #suits}; {@code next} is the offset of the one behind it. */
  void emit(Insn i, int next, boolean narrow) {
    if (isNoOperation(i)) {
      return;
    }
    if (i.mnemonic() == Mnemonic.LEA) {
      loadAddress(i, next);
      return;
    }
    if (usesVectors(i)) {
      unit.requireVectors();
    }
    int affected = i.row.flagsWritten() | i.row.flagsUndefined();
    boolean needed = tested(i) != 0 || affected != 0 && affected != ALL_FLAGS;
    Operand memory = memory(i);
    if (memory != null) {
      boolean write = i.row.writesMemory();
      accesses.linearAddress(i, next, narrow);
      accesses.probe(memory.size(), write, i.row.aligned());
    }
    if (needed) {
      unit.hold();
    } else if (affected != 0) {
      unit.flagsForgotten();
    }
    Insn own = rewritten(i);
    if (own == null) {
      throw new IllegalStateException("cannot emit " + i);
    }
    borrow(i);
    e.put(encoded(own));
    giveBack(i);
    if (affected != 0) {
      unit.flagsSet();
    }
  }
}
