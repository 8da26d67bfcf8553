package jvisor.cpu.system;

import jvisor.cpu.model.Cpuid;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** CPUID; its leaves are the model's. */
public final class Identification {
  private Identification() {}

  /** Binds the instruction. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.CPUID, Identification::cpuid);
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
    public int processors() {
      return c.processors();
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
