package jvisor.cpu.system;

import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * HLT, cache control and what belongs to modes that do not exist here: RSM outside SMM, VMCALL
 * outside VMX, VMMCALL without a hypervisor that takes it (SDM vol. 2).
 */
public final class Halting {
  private Halting() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.HLT, Halting::hlt)
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
}
