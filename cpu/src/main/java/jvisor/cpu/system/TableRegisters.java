package jvisor.cpu.system;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** GDTR, IDTR, LDTR and TR (SDM vol. 3, 2.4 and 7.2.4). */
public final class TableRegisters {
  private TableRegisters() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.LGDT, (c, i) -> load(c, i, VcpuState.GDTR_BASE, VcpuState.GDTR_LIMIT))
        .bind(Mnemonic.LIDT, (c, i) -> load(c, i, VcpuState.IDTR_BASE, VcpuState.IDTR_LIMIT))
        .bind(Mnemonic.SGDT, (c, i) -> store(c, i, VcpuState.GDTR_BASE, VcpuState.GDTR_LIMIT))
        .bind(Mnemonic.SIDT, (c, i) -> store(c, i, VcpuState.IDTR_BASE, VcpuState.IDTR_LIMIT))
        .bind(Mnemonic.LLDT, TableRegisters::lldt)
        .bind(Mnemonic.LTR, TableRegisters::ltr)
        .bind(Mnemonic.SLDT, (c, i) -> storeSelector(c, i, Segment.LDTR))
        .bind(Mnemonic.STR, (c, i) -> storeSelector(c, i, Segment.TR));
  }

  /** #GP(0) for what UMIP keeps from user code (SDM vol. 3, 2.5, CR4.UMIP). */
  static void checkUmip(Vcpu c) {
    if (c.cpl() != 0 && (c.state.cr(4) & Control.CR4_UMIP) != 0) {
      throw c.gp(0);
    }
  }

  private static void load(Vcpu c, Insn i, int base, int limit) {
    c.requireCpl0();
    int size = c.is64Bit() ? 8 : 4;
    long la = c.address(i, 2 + size, false);
    long newLimit = c.mmu.load(la, 2);
    long newBase = c.mmu.load(DescriptorTable.linear(c, la + 2), size);
    if (size == 8) {
      if (newBase << 16 >> 16 != newBase) {
        throw c.gp(0);
      }
    } else if (i.operandSize == 2) {
      newBase &= 0xff_ffff;
    }
    c.state.set(base, newBase);
    c.state.set(limit, newLimit);
  }

  private static void store(Vcpu c, Insn i, int base, int limit) {
    checkUmip(c);
    int size = c.is64Bit() ? 8 : 4;
    long la = c.address(i, 2 + size, true);
    c.mmu.probeWrite(la, 2 + size);
    c.mmu.store(la, 2, c.state.get(limit));
    c.mmu.store(DescriptorTable.linear(c, la + 2), size, c.state.get(base));
  }

  private static void requireProtected(Vcpu c) {
    if (!c.isProtected()) {
      throw c.ud();
    }
  }

  private static void storeSelector(Vcpu c, Insn i, int segment) {
    requireProtected(c);
    checkUmip(c);
    c.write(i, i.a, c.state.selector(segment));
  }

  private static void lldt(Vcpu c, Insn i) {
    requireProtected(c);
    c.requireCpl0();
    int selector = (int) c.read(i, i.a) & 0xffff;
    if (Descriptor.isNull(selector)) {
      c.state.setSegment(Segment.LDTR, selector, 0, 0, Segment.UNUSABLE);
      return;
    }
    if ((selector & 4) != 0) {
      throw c.gp(selector & 0xfffc);
    }
    long d = DescriptorTable.load(c, selector, Vector.GP);
    if (Descriptor.type(d) != Descriptor.LDT) {
      throw c.gp(selector & 0xfffc);
    }
    setSystem(c, Segment.LDTR, selector, d, Descriptor.attributes(d), Vector.GP);
  }

  private static void ltr(Vcpu c, Insn i) {
    requireProtected(c);
    c.requireCpl0();
    int selector = (int) c.read(i, i.a) & 0xffff;
    if (Descriptor.isNull(selector)) {
      throw c.gp(0);
    }
    if ((selector & 4) != 0) {
      throw c.gp(selector & 0xfffc);
    }
    long d = DescriptorTable.load(c, selector, Vector.GP);
    int type = Descriptor.type(d);
    boolean available =
        type == Descriptor.TSS32_AVAILABLE || type == Descriptor.TSS16_AVAILABLE && !c.isLongMode();
    if (!available) {
      throw c.gp(selector & 0xfffc);
    }
    long base = checkSystem(c, selector, d, Vector.GP);
    DescriptorTable.markBusy(c, selector, true);
    int busy = Descriptor.BUSY << 8;
    c.state.setSegment(
        Segment.TR, selector, base, Descriptor.limit(d), Descriptor.attributes(d) | busy);
  }

  /** Loads LDTR or TR from a descriptor whose type is right. */
  static void setSystem(Vcpu c, int segment, int selector, long d, int attributes, int vector) {
    long base = checkSystem(c, selector, d, vector);
    c.state.setSegment(segment, selector, base, Descriptor.limit(d), attributes);
  }

  /** Checks presence and, in long mode, the upper half; answers the base. */
  private static long checkSystem(Vcpu c, int selector, long d, int vector) {
    if (!Descriptor.present(d)) {
      throw c.np(selector & 0xfffc);
    }
    if (!c.isLongMode()) {
      return Descriptor.base(d);
    }
    long base = DescriptorTable.loadUpper(c, selector, vector) << 32 | Descriptor.base(d);
    if (base << 16 >> 16 != base) {
      throw c.fault.of(vector, selector & 0xfffc);
    }
    return base;
  }
}
