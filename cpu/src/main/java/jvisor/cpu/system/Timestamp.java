package jvisor.cpu.system;

import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * The time-stamp counter and its neighbours (SDM vol. 3, 17.17; vol. 2, RDTSC, RDTSCP, RDPID,
 * RDPMC).
 */
public final class Timestamp {
  private Timestamp() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.RDTSC, (c, i) -> read(c))
        .bind(Mnemonic.RDTSCP, Timestamp::rdtscp)
        .bind(Mnemonic.RDPID, (c, i) -> c.write(i, i.a, c.state.get(VcpuState.TSC_AUX)))
        .bind(Mnemonic.RDPMC, Timestamp::rdpmc);
  }

  private static void read(Vcpu c) {
    if (c.cpl() != 0 && (c.state.cr(4) & Control.CR4_TSD) != 0) {
      throw c.gp(0);
    }
    long tsc = c.tsc();
    c.state.setReg(0, 4, tsc);
    c.state.setReg(2, 4, tsc >>> 32);
  }

  private static void rdtscp(Vcpu c, Insn i) {
    read(c);
    c.state.setReg(1, 4, c.state.get(VcpuState.TSC_AUX));
  }

  /** There are no performance counters, so every index is invalid. */
  private static void rdpmc(Vcpu c, Insn i) {
    throw c.gp(0);
  }

  /** Makes the time-stamp counter read {@code value} now. */
  static void writeTsc(Vcpu c, long value) {
    setOffset(c, value - c.clock.now());
  }

  /** Moves the time-stamp counter by the change of IA32_TSC_ADJUST. */
  static void writeAdjust(Vcpu c, long value) {
    setOffset(c, c.state.get(VcpuState.TSC_OFFSET) + value - adjust(c));
  }

  /** IA32_TSC_ADJUST: what software has moved the counter by since reset. */
  static long adjust(Vcpu c) {
    return c.model.has(CpuFeature.TSC_ADJUST) ? c.state.get(VcpuState.TSC_OFFSET) : 0;
  }

  private static void setOffset(Vcpu c, long offset) {
    c.state.set(VcpuState.TSC_OFFSET, offset);
    long deadline = c.apic().deadline();
    if (deadline != 0) {
      c.apic().setDeadline(deadline, offset);
    }
    c.paravirt().tscChanged();
  }
}
