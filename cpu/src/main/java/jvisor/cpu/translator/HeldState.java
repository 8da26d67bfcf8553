package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.STATE;

import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/**
 * Which of the guest's vector and x87 state is known to be in the host's at this place of a
 * translation, and what of the FPU's pointers the struct has not got yet.
 */
final class HeldState {
  private final Unit unit;
  private final Emitter e;
  private final Stubs stubs;
  private boolean vectors;
  private boolean x87;
  private X87.@Nullable Pointers pointers;

  /**
   * What is known at one place.
   *
   * @param vectors whether the vector registers are in the host's
   * @param x87 whether the x87 state is
   */
  record Held(boolean vectors, boolean x87) {}

  HeldState(Unit unit, Stubs stubs) {
    this.unit = unit;
    this.e = unit.e;
    this.stubs = stubs;
  }

  /** What is known. */
  Held here() {
    return new Held(vectors, x87);
  }

  /** The following is reached with so much known. */
  void goOnFrom(Held known) {
    vectors = known.vectors;
    x87 = known.x87;
  }

  /** Nothing is known. */
  void forget() {
    vectors = false;
    x87 = false;
  }

  /** Whether the guest's vector registers are known to be in the host's. */
  boolean hasVectors() {
    return vectors;
  }

  /** What follows uses the guest's vector registers in the host's. */
  void requireVectors() {
    if (vectors) {
      return;
    }
    keepPointers();
    unit.flags.settleAndSpoil();
    e.compareWithZero8(STATE, Words.VECTORS_HELD);
    int held = e.jumpAhead(Emitter.NOT_EQUAL);
    unit.load(stubs.loadVectors());
    e.bind(held);
    vectors = true;
  }

  /** What follows uses the guest's x87 state in the host's. */
  void requireX87() {
    if (x87) {
      return;
    }
    unit.flags.settleAndSpoil();
    e.compareWithZero8(STATE, Words.X87_USABLE);
    int usable = e.jumpAhead(Emitter.NOT_EQUAL);
    unit.load(stubs.loadX87());
    e.bind(usable);
    x87 = true;
  }

  /** The FPU's pointers that the struct has not got; null if it has them. */
  X87.@Nullable Pointers pointers() {
    return pointers;
  }

  /** From now on the struct has not got these, or has all if they are null. */
  void setPointers(X87.@Nullable Pointers pointers) {
    this.pointers = pointers;
  }

  /**
   * The instruction just emitted, {@code offset} bytes into the block, is the last one of the FPU,
   * and its operand, if it has one, the last operand, whose address the struct has already.
   */
  void pointsTo(Insn i, int offset) {
    int segment =
        i.hasMemory() ? i.segment : pointers != null ? pointers.segment() : Insn.NO_REGISTER;
    pointers = new X87.Pointers(unit.part().pageOffset + offset, segment);
  }

  /** The struct gets the FPU's pointers, if they have changed. Keeps the flags. */
  void keepPointers() {
    if (pointers != null) {
      pointers.write(e);
      pointers = null;
    }
  }
}
