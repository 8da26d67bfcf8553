package jvisor.cpu.system;

import jvisor.cpu.model.Cpuid;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * CPUID, HLT, cache control and what belongs to modes that do not exist here: RSM outside SMM,
 * VMCALL outside VMX, VMMCALL without a hypervisor that takes it (SDM vol. 2).
 */
public final class Halting {
  private Halting() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.HLT, Halting::hlt)
        .bind(Mnemonic.CPUID, Halting::cpuid)
        .bind(Mnemonic.INVD, (c, i) -> c.requireCpl0())
        .bind(Mnemonic.WBINVD, (c, i) -> c.requireCpl0())
        .bind(Mnemonic.RSM, Halting::undefined)
        .bind(Mnemonic.VMCALL, Halting::undefined)
        .bind(Mnemonic.VMMCALL, Halting::undefined);
  }

  private static void undefined(Vcpu c, Insn i) {
    throw c.ud();
  }

  private static void hlt(Vcpu c, Insn i) {
    c.requireCpl0();
    c.setHalted(true);
  }

  private static void cpuid(Vcpu c, Insn i) {
    VcpuState s = c.state;
    Cpuid answer = Cpuid.of(c.model, (int) s.reg(0), (int) s.reg(1), new Mirror(c));
    s.setReg(0, 4, answer.eax());
    s.setReg(3, 4, answer.ebx());
    s.setReg(1, 4, answer.ecx());
    s.setReg(2, 4, answer.edx());
  }

  private record Mirror(Vcpu c) implements Cpuid.Processor {
    @Override
    public int apicId() {
      return c.number;
    }

    @Override
    public long cr4() {
      return c.state.cr(4);
    }

    @Override
    public long xcr0() {
      return c.state.get(VcpuState.XCR0);
    }

    @Override
    public long xss() {
      return c.state.get(VcpuState.XSS);
    }

    @Override
    public long apicBase() {
      return c.apic().base();
    }
  }
}
