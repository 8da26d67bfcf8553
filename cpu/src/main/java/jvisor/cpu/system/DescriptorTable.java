package jvisor.cpu.system;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.platform.MachineLock;

/**
 * Access to the global and the local descriptor table (SDM vol. 3, 3.5.1), with supervisor rights.
 */
final class DescriptorTable {
  private DescriptorTable() {}

  /**
   * The descriptor of a selector that is not null.
   *
   * @param vector the exception, with the selector as error code, if it lies outside its table
   */
  static long load(Vcpu c, int selector, int vector) {
    if (!contains(c, selector, 8)) {
      throw c.fault.of(vector, selector & 0xfffc);
    }
    return c.mmu.loadSystem(address(c, selector), 8);
  }

  /** The upper eight bytes of a 16-byte descriptor (long mode: LDT, TSS, call gate). */
  static long loadUpper(Vcpu c, int selector, int vector) {
    if (!contains(c, selector, 16)) {
      throw c.fault.of(vector, selector & 0xfffc);
    }
    long upper = c.mmu.loadSystem(linear(c, address(c, selector) + 8), 8);
    if ((upper >>> 40 & 0x1f) != 0) {
      throw c.fault.of(vector, selector & 0xfffc);
    }
    return upper;
  }

  /** Whether {@code size} bytes of the selector's descriptor lie in its table. */
  static boolean contains(Vcpu c, int selector, int size) {
    VcpuState s = c.state;
    long last = (selector & 0xfff8L) + size - 1;
    if ((selector & 4) != 0) {
      return (s.segmentAttributes(Segment.LDTR) & Segment.UNUSABLE) == 0
          && last <= s.segmentLimit(Segment.LDTR);
    }
    return last <= s.get(VcpuState.GDTR_LIMIT);
  }

  /** The linear address of the selector's descriptor. */
  static long address(Vcpu c, int selector) {
    VcpuState s = c.state;
    long base = (selector & 4) != 0 ? s.segmentBase(Segment.LDTR) : s.get(VcpuState.GDTR_BASE);
    return linear(c, base + (selector & 0xfff8));
  }

  /** Sets the accessed bit in memory unless it is set. */
  static void markAccessed(Vcpu c, int selector, long d) {
    if ((d >>> 40 & 1) == 0) {
      change(c, selector, 1, 0);
    }
  }

  /** Sets or clears the busy bit of a TSS descriptor. */
  static void markBusy(Vcpu c, int selector, boolean busy) {
    change(c, selector, busy ? Descriptor.BUSY : 0, Descriptor.BUSY);
  }

  /**
   * Changes bits of a descriptor's type in one step for all processors, as locked accesses do (SDM
   * vol. 3, "Automatic Locking"). It is rare: systems mark their descriptors beforehand.
   */
  private static void change(Vcpu c, int selector, int set, int clear) {
    MachineLock lock = c.mmu.memory().lock();
    lock.enter();
    try {
      lock.alone();
      long at = linear(c, address(c, selector) + 5);
      long type = c.mmu.loadSystem(at, 1);
      c.mmu.storeSystem(at, 1, type & ~clear | set);
    } finally {
      lock.exit();
    }
  }

  /** Cuts a system address to what the mode can address. */
  static long linear(Vcpu c, long la) {
    return c.isLongMode() ? la : la & 0xffff_ffffL;
  }
}
