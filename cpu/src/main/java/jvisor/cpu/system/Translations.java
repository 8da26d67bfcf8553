package jvisor.cpu.system;

import jvisor.cpu.state.Control;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** INVLPG and INVPCID (SDM vol. 3, 4.10.4.1). */
public final class Translations {
  private Translations() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.INVLPG, Translations::invlpg).bind(Mnemonic.INVPCID, Translations::invpcid);
  }

  private static void invlpg(Vcpu c, Insn i) {
    if (c.isVirtual8086()) {
      throw c.gp(0);
    }
    c.requireCpl0();
    long offset = c.offset(i);
    if (!c.is64Bit() || i.segment >= Insn.FS) {
      offset += c.state.segmentBase(i.segment);
    }
    c.mmu.flushPage(c.is64Bit() ? offset : offset & 0xffff_ffffL);
  }

  private static void invpcid(Vcpu c, Insn i) {
    c.requireCpl0();
    long type = c.state.reg(i.a.index(), c.is64Bit() ? 8 : 4);
    long la = c.address(i, 16, false);
    long pcid = c.load(la, 8);
    long address = c.load(DescriptorTable.linear(c, la + 8), 8);
    boolean enabled = (c.state.cr(4) & Control.CR4_PCIDE) != 0;
    boolean single = type == 0 || type == 1;
    if (Long.compareUnsigned(type, 3) > 0
        || pcid >>> 12 != 0
        || single && pcid != 0 && !enabled
        || type == 0 && address << 16 >> 16 != address) {
      throw c.gp(0);
    }
    if (type == 0) {
      c.mmu.flushPage(c.is64Bit() ? address : address & 0xffff_ffffL);
    } else if (type == 1 && pcid == (enabled ? c.state.cr(3) & 0xfff : 0)) {
      c.mmu.switchAddressSpace((int) pcid, true);
    } else {
      c.mmu.flushAll();
    }
  }
}
