package jvisor.cpu.avx;

import jvisor.cpu.mmu.AccessMode;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;

/** Accesses that never raise #AC, whatever EFLAGS.AC says. */
final class UncheckedAlignment {
  private UncheckedAlignment() {}

  /** What happens meanwhile, on elements of so many bytes. */
  @FunctionalInterface
  interface Access {
    /** Reaches the memory. */
    void run(Vcpu c, Insn i, int width);
  }

  /** Runs {@code access} with alignment checks off. */
  static void run(Vcpu c, Insn i, int width, Access access) {
    if (c.mmu.mode() != AccessMode.USER_ALIGNED) {
      access.run(c, i, width);
      return;
    }
    c.mmu.setMode(AccessMode.USER);
    try {
      access.run(c, i, width);
    } finally {
      c.mmu.setMode(AccessMode.USER_ALIGNED);
    }
  }
}
