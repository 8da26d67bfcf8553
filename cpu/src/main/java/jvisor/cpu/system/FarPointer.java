package jvisor.cpu.system;

import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;

/**
 * A far pointer in memory: an offset of 2, 4 or 8 bytes, then a selector. They are two accesses,
 * each checked for itself and in this order; the selector's address wraps at the address size.
 */
final class FarPointer {
  private FarPointer() {}

  /** The offset, of {@code size} bytes. */
  static long offset(Vcpu c, Insn i, int size) {
    return c.mmu.load(c.address(i, size, false), size);
  }

  /** The selector behind an offset of {@code size} bytes. */
  static int selector(Vcpu c, Insn i, int size) {
    return (int) c.mmu.load(c.partAddress(i, size, 2, false), 2);
  }
}
