package jvisor.cpu.translator;

import jvisor.isa.Insn;

/**
 * Accesses of a loop that move together. Bytes are counted from where a round's first access
 * begins.
 */
final class Stream {
  /** One of them: what the others' addresses have in common. */
  final Insn access;

  /** The guest register that moves them, or {@link Insn#NO_REGISTER}. */
  final int moving;

  /** How far that register is shifted left in the address. */
  final int scale;

  /** By how many bytes they move in a round. */
  final int step;

  /** What is added to the registers for the first byte at the beginning of a round. */
  long first;

  /** The same behind the last byte. */
  long end;

  /** Whether some are written to. */
  boolean written;

  /** What their addresses have to be multiples of. */
  int alignment = 1;

  /** Its number among the loop's. */
  final int number;

  Stream(int number, Insn access, int moving, int scale, int step, long first) {
    this.number = number;
    this.access = access;
    this.moving = moving;
    this.scale = scale;
    this.step = step;
    this.first = first;
    end = first;
  }

  /** The bytes accessed in one round, from the first to the last. */
  int span() {
    return (int) (end - first);
  }

  /** A power of two, as an exponent, that the step is not longer than. */
  int stepShift() {
    return Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(Math.abs(step), 1) - 1);
  }

  /** Whether another access has the same registers. */
  boolean isLike(Insn i) {
    return access.segment == i.segment
        && access.base == i.base
        && access.index == i.index
        && access.scale == i.scale;
  }
}
