package jvisor.cpu.translator;

import static jvisor.cpu.translator.Registers.BUDGET;
import static jvisor.cpu.translator.Registers.ENTRY;
import static jvisor.cpu.translator.Registers.STATE;
import static jvisor.cpu.translator.Registers.TAG;

import jvisor.cpu.state.VcpuState;
import org.jspecify.annotations.Nullable;

/** What comes before the instructions of a block or loop: the count, budget and attention. */
final class Head {
  private final Unit unit;
  private final Emitter e;
  private final HeldWindows held;
  private int spent;
  private int asked;

  Head(Unit unit, HeldWindows held) {
    this.unit = unit;
    this.e = unit.e;
    this.held = held;
  }

  /** The jump of the last {@link #ask} that is taken if the budget does not suffice. */
  int spent() {
    return spent;
  }

  /** That which is taken if somebody wants attention. */
  int asked() {
    return asked;
  }

  /** One more entry. Keeps the flags. */
  void count(int number) {
    e.load(ENTRY, STATE, Words.COUNTS);
    e.load(TAG, ENTRY, number << ExecutionCounts.ENTRY_SHIFT);
    e.lea(8, TAG, TAG, 1);
    e.store(ENTRY, number << ExecutionCounts.ENTRY_SHIFT, TAG);
    held.forget(ENTRY);
    held.forget(TAG);
  }

  /**
   * Takes so many instructions off the budget; what it jumps to if it does not suffice, or if
   * somebody wants attention, is bound later.
   */
  void ask(int count) {
    e.subtractConstant(BUDGET, count);
    spent = e.jumpAhead(Emitter.NEGATIVE);
    e.compareWithZero32(STATE, VcpuState.ATTENTION);
    asked = e.jumpAhead(Emitter.NOT_EQUAL);
  }

  /**
   * Here it jumps to: nothing of the block has run, and its instructions are given back.
   *
   * @param flags how the flags can be had again, or null if the slot has them
   */
  void wayBack(Part part, @Nullable FlagSource flags) {
    e.bind(spent);
    e.bind(asked);
    e.addConstant(BUDGET, part.size());
    unit.leaveBetweenBlocks(part.pageOffset, flags);
  }
}
