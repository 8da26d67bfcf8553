package jvisor.cpu.system;

import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/**
 * CR0–CR8, EFER and XCR0 with all their checks and effects (SDM vol. 3, 2.5, 2.6, 4.1, 9.8 and
 * 10.8.6).
 */
public final class ControlRegisters {
  private static final long CR0_ALL =
      Control.CR0_PE
          | Control.CR0_MP
          | Control.CR0_EM
          | Control.CR0_TS
          | Control.CR0_NE
          | Control.CR0_WP
          | Control.CR0_AM
          | Control.CR0_NW
          | Control.CR0_CD
          | Control.CR0_PG;

  private static final long CR4_BASE =
      Control.CR4_VME
          | Control.CR4_PVI
          | Control.CR4_TSD
          | Control.CR4_DE
          | Control.CR4_PSE
          | Control.CR4_PAE
          | Control.CR4_MCE
          | Control.CR4_PGE
          | Control.CR4_PCE
          | Control.CR4_OSFXSR
          | Control.CR4_OSXMMEXCPT;

  private static final long CR4_PAGING =
      Control.CR4_PSE | Control.CR4_PAE | Control.CR4_PGE | Control.CR4_SMEP;

  private static final long EFER_AIBRSE = 1 << 21;
  private static final long CR3_NO_FLUSH = 1L << 63;
  private static final long PDPTE_RESERVED = 0x1e6;

  private ControlRegisters() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.MOV_CR, ControlRegisters::movCr)
        .bind(Mnemonic.LMSW, ControlRegisters::lmsw)
        .bind(Mnemonic.SMSW, ControlRegisters::smsw)
        .bind(Mnemonic.CLTS, ControlRegisters::clts)
        .bind(Mnemonic.XGETBV, ControlRegisters::xgetbv)
        .bind(Mnemonic.XSETBV, ControlRegisters::xsetbv);
  }

  private static void movCr(Vcpu c, Insn i) {
    boolean load = i.a.kind() == Operand.Kind.CONTROL;
    int index = load ? i.a.index() : i.b.index();
    boolean exists = index == 0 || index >= 2 && index <= 4 || index == 8 && c.is64Bit();
    if (!exists) {
      throw c.ud();
    }
    c.requireCpl0();
    int size = c.is64Bit() ? 8 : 4;
    if (load) {
      write(c, index, c.state.reg(i.b.index(), size));
    } else {
      long value = index == 8 ? c.apic().taskPriority() : c.state.cr(index);
      c.state.setReg(i.a.index(), size, value);
    }
  }

  private static void write(Vcpu c, int index, long value) {
    switch (index) {
      case 0 -> writeCr0(c, value);
      case 2 -> c.state.setCr(2, value);
      case 3 -> writeCr3(c, value);
      case 4 -> writeCr4(c, value);
      default -> {
        if (value >>> 4 != 0) {
          throw c.gp(0);
        }
        c.apic().setTaskPriority((int) value);
        c.attention.raise();
      }
    }
  }

  /** Writes CR0 with every check and effect. */
  static void writeCr0(Vcpu c, long value) {
    VcpuState s = c.state;
    long before = s.cr(0);
    long after = value & CR0_ALL | Control.CR0_ET;
    boolean pg = (after & Control.CR0_PG) != 0;
    if (value >>> 32 != 0
        || pg && (after & Control.CR0_PE) == 0
        || (after & (Control.CR0_NW | Control.CR0_CD)) == Control.CR0_NW) {
      throw c.gp(0);
    }
    long changed = before ^ after;
    long efer = s.get(VcpuState.EFER);
    if ((changed & Control.CR0_PG) != 0) {
      if (pg) {
        efer = checkEnterPaging(c, efer);
      } else {
        if (c.is64Bit() || (s.cr(4) & Control.CR4_PCIDE) != 0) {
          throw c.gp(0);
        }
        efer &= ~Control.EFER_LMA;
      }
    }
    boolean paePaging = pg && (s.cr(4) & Control.CR4_PAE) != 0 && (efer & Control.EFER_LMA) == 0;
    if (paePaging && (changed & (Control.CR0_PG | Control.CR0_CD | Control.CR0_NW)) != 0) {
      loadPdptes(c, s.cr(3));
    }
    s.setCr(0, after);
    s.set(VcpuState.EFER, efer);
    if ((changed & (Control.CR0_PG | Control.CR0_PE | Control.CR0_WP)) != 0) {
      c.mmu.flushAll();
    }
    c.modeChanged();
  }

  /** Checks that paging may begin; answers EFER with LMA as it will be (SDM vol. 3, 9.8.5). */
  private static long checkEnterPaging(Vcpu c, long efer) {
    if ((efer & Control.EFER_LME) == 0) {
      return efer;
    }
    boolean codeIsLong = (c.state.segmentAttributes(Segment.CS) & Segment.LONG) != 0;
    boolean tss16 = !Tss.is32(c);
    if ((c.state.cr(4) & Control.CR4_PAE) == 0 || codeIsLong || tss16) {
      throw c.gp(0);
    }
    return efer | Control.EFER_LMA;
  }

  /** Writes CR3 with every check and effect. */
  static void writeCr3(Vcpu c, long value) {
    VcpuState s = c.state;
    boolean pcide = (s.cr(4) & Control.CR4_PCIDE) != 0;
    boolean keep = pcide && (value & CR3_NO_FLUSH) != 0;
    long cr3 = pcide ? value & ~CR3_NO_FLUSH : value;
    if (c.isLongMode() && cr3 >>> c.model.physicalBits() != 0) {
      throw c.gp(0);
    }
    if (isPaePaging(c)) {
      loadPdptes(c, cr3);
    }
    s.setCr(3, cr3);
    c.mmu.switchAddressSpace(pcide ? (int) cr3 & 0xfff : 0, !keep);
  }

  private static boolean isPaePaging(Vcpu c) {
    return (c.state.cr(0) & Control.CR0_PG) != 0
        && (c.state.cr(4) & Control.CR4_PAE) != 0
        && !c.isLongMode();
  }

  /**
   * Loads the PDPTE registers, or #GP(0) if one is present with reserved bits (SDM vol. 3, 4.4.1).
   */
  static void loadPdptes(Vcpu c, long cr3) {
    long table = cr3 & 0xffff_ffe0L;
    long reserved = PDPTE_RESERVED | -1L << c.model.physicalBits();
    for (int n = 0; n < 4; n++) {
      long pdpte = c.mmu.memory().read(table + 8L * n, 8);
      if ((pdpte & 1) != 0 && (pdpte & reserved) != 0) {
        throw c.gp(0);
      }
    }
    for (int n = 0; n < 4; n++) {
      c.state.set(VcpuState.PDPTE + 8 * n, c.mmu.memory().read(table + 8L * n, 8));
    }
  }

  /** Writes CR4 with every check and effect. */
  static void writeCr4(Vcpu c, long value) {
    VcpuState s = c.state;
    long before = s.cr(4);
    long changed = before ^ value;
    if ((value & ~supportedCr4(c.model)) != 0) {
      throw c.gp(0);
    }
    if (c.isLongMode() && (value & Control.CR4_PAE) == 0) {
      throw c.gp(0);
    }
    boolean pcideOn = (changed & value & Control.CR4_PCIDE) != 0;
    if (pcideOn && (!c.isLongMode() || (s.cr(3) & 0xfff) != 0)) {
      throw c.gp(0);
    }
    boolean paePaging =
        (s.cr(0) & Control.CR0_PG) != 0 && (value & Control.CR4_PAE) != 0 && !c.isLongMode();
    if (paePaging && (changed & CR4_PAGING) != 0) {
      loadPdptes(c, s.cr(3));
    }
    s.setCr(4, value);
    if ((changed & (CR4_PAGING | Control.CR4_PCIDE | Control.CR4_SMAP)) != 0) {
      c.mmu.flushAll();
    }
    c.modeChanged();
  }

  private static long supportedCr4(CpuModel model) {
    return CR4_BASE
        | (model.has(CpuFeature.UMIP) ? Control.CR4_UMIP : 0)
        | (model.has(CpuFeature.FSGSBASE) ? Control.CR4_FSGSBASE : 0)
        | (model.has(CpuFeature.PCID) ? Control.CR4_PCIDE : 0)
        | (model.has(CpuFeature.XSAVE) ? Control.CR4_OSXSAVE : 0)
        | (model.has(CpuFeature.SMEP) ? Control.CR4_SMEP : 0)
        | (model.has(CpuFeature.SMAP) ? Control.CR4_SMAP : 0);
  }

  /** Writes EFER; LMA is read-only. */
  static void writeEfer(Vcpu c, long value) {
    VcpuState s = c.state;
    CpuModel model = c.model;
    long supported =
        (model.has(CpuFeature.SYSCALL) ? Control.EFER_SCE : 0)
            | (model.has(CpuFeature.LM) ? Control.EFER_LME | Control.EFER_LMA : 0)
            | (model.has(CpuFeature.NX) ? Control.EFER_NXE : 0)
            | (model.has(CpuFeature.AUTOIBRS) ? EFER_AIBRSE : 0);
    long before = s.get(VcpuState.EFER);
    long changed = before ^ value;
    boolean paging = (s.cr(0) & Control.CR0_PG) != 0;
    if ((value & ~supported) != 0 || paging && (changed & Control.EFER_LME) != 0) {
      throw c.gp(0);
    }
    s.set(VcpuState.EFER, value & ~Control.EFER_LMA | before & Control.EFER_LMA);
    if ((changed & Control.EFER_NXE) != 0) {
      c.mmu.flushAll();
    }
  }

  private static void lmsw(Vcpu c, Insn i) {
    c.requireCpl0();
    long low = c.read(i, i.a) & 0xf;
    long cr0 = c.state.cr(0);
    writeCr0(c, cr0 & ~0xeL | low | cr0 & Control.CR0_PE);
  }

  private static void smsw(Vcpu c, Insn i) {
    TableRegisters.checkUmip(c);
    c.write(i, i.a, c.state.cr(0));
  }

  private static void clts(Vcpu c, Insn i) {
    c.requireCpl0();
    c.state.setCr(0, c.state.cr(0) & ~Control.CR0_TS);
  }

  private static void requireOsxsave(Vcpu c) {
    if ((c.state.cr(4) & Control.CR4_OSXSAVE) == 0) {
      throw c.ud();
    }
  }

  private static void xgetbv(Vcpu c, Insn i) {
    requireOsxsave(c);
    long register = c.state.reg(1, 4);
    long value;
    if (register == 0) {
      value = c.state.get(VcpuState.XCR0);
    } else if (register == 1 && c.model.has(CpuFeature.XGETBV1)) {
      value = c.state.get(VcpuState.XCR0) & ExtendedState.inUse(c);
    } else {
      throw c.gp(0);
    }
    c.state.setReg(0, 4, value);
    c.state.setReg(2, 4, value >>> 32);
  }

  private static void xsetbv(Vcpu c, Insn i) {
    requireOsxsave(c);
    c.requireCpl0();
    long value = c.state.reg(2, 4) << 32 | c.state.reg(0, 4);
    boolean valid =
        c.state.reg(1, 4) == 0
            && (value & 1) != 0
            && (value & ~c.model.xsaveComponents()) == 0
            && (value & 6) != 4;
    if (!valid) {
      throw c.gp(0);
    }
    c.state.set(VcpuState.XCR0, value);
  }
}
