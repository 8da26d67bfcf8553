package jvisor.cpu.integer;

import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;
import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.vcpu.Semantic;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * Hints, fences, cache lines, undefined instructions and random numbers (SDM vol. 1,
 * 5.1.13–5.1.15).
 */
public final class Miscellaneous {
  private static final Semantic UNDEFINED =
      (c, i) -> {
        throw c.ud();
      };

  private Miscellaneous() {}

  /** Binds this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.NOP, Miscellaneous::nop)
        .bind(Mnemonic.PAUSE, (c, i) -> c.relax())
        .bind(Mnemonic.LFENCE, Miscellaneous::nop)
        .bind(Mnemonic.MFENCE, (c, i) -> VarHandle.fullFence())
        .bind(Mnemonic.SFENCE, Miscellaneous::nop)
        .bind(Mnemonic.CLFLUSH, Miscellaneous::clflush)
        .bind(Mnemonic.CLFLUSHOPT, Miscellaneous::clflush)
        .bind(Mnemonic.CLWB, Miscellaneous::clflush)
        .bind(Mnemonic.UD0, UNDEFINED)
        .bind(Mnemonic.UD1, UNDEFINED)
        .bind(Mnemonic.UD2, UNDEFINED)
        .bind(Mnemonic.RDRAND, Miscellaneous::rdrand)
        .bind(Mnemonic.RDSEED, Miscellaneous::rdrand);
  }

  /**
   * Hints, prefetches and the fences of loads and of stores: memory is coherent, and each of these
   * in order, here.
   */
  static void nop(Vcpu c, Insn i) {}

  /** Faults as a load of one byte would. */
  static void clflush(Vcpu c, Insn i) {
    c.mmu.probeRead(c.address(i, 1, false), 1);
  }

  /** CF says whether a number was ready; without one the destination is zero. */
  static void rdrand(Vcpu c, Insn i) {
    LongSupplier source = c.random();
    c.write(i, i.a, source == null ? 0 : source.getAsLong());
    Flags.setArithmetic(c.state, source == null ? 0 : Rflags.CF);
  }
}
