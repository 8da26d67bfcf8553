package jvisor.cpu.system;

import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * HLT, cache control, and calls to what lies below: RSM, which is undefined outside SMM, and the
 * hypercall instruction of each vendor, undefined unless the model has KVM's signature (SDM vol. 2;
 * AMD APM vol. 3; Linux Documentation/virt/kvm/x86/hypercalls.rst).
 */
public final class Halting {
  private static final long NOT_PERMITTED = -1;
  private static final long NO_SUCH_CALL = -1000;

  private Halting() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.HLT, Halting::hlt)
        .bind(Mnemonic.INVD, (c, i) -> c.requireCpl0())
        .bind(Mnemonic.WBINVD, (c, i) -> c.requireCpl0())
        .bind(Mnemonic.RSM, Halting::rsm)
        .bind(Mnemonic.VMCALL, (c, i) -> hypercall(c, !c.model.isAmd()))
        .bind(Mnemonic.VMMCALL, (c, i) -> hypercall(c, c.model.isAmd()));
  }

  private static void rsm(Vcpu c, Insn i) {
    throw c.ud();
  }

  /** No hypercall is announced, so each is answered with "not permitted" or "no such call". */
  private static void hypercall(Vcpu c, boolean own) {
    if (!own || !c.model.hypervisorKvm()) {
      throw c.ud();
    }
    c.state.setReg(0, c.is64Bit() ? 8 : 4, c.cpl() != 0 ? NOT_PERMITTED : NO_SUCH_CALL);
  }

  private static void hlt(Vcpu c, Insn i) {
    c.requireCpl0();
    c.setHalted(true);
  }
}
