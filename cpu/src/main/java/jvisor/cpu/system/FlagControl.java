package jvisor.cpu.system;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * The interrupt flag and the flags that POPF may write, by privilege, IOPL and the virtual
 * interrupt flag of VME and PVI (SDM vol. 3, 6.8.1, 20.3 and 20.4; vol. 2, CLI, STI, PUSHF, POPF,
 * CLAC, STAC).
 */
public final class FlagControl {
  private static final long POPF_ALWAYS =
      Rflags.ARITHMETIC | Rflags.TF | Rflags.DF | Rflags.NT | Rflags.AC | Rflags.ID;

  private FlagControl() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.PUSHF, FlagControl::pushf)
        .bind(Mnemonic.POPF, FlagControl::popf)
        .bind(Mnemonic.CLI, FlagControl::cli)
        .bind(Mnemonic.STI, FlagControl::sti)
        .bind(Mnemonic.CLAC, (c, i) -> alignmentCheck(c, 0))
        .bind(Mnemonic.STAC, (c, i) -> alignmentCheck(c, Rflags.AC));
  }

  /** IOPL, 0–3. */
  static int iopl(Vcpu c) {
    return (int) ((c.state.systemFlags() & Rflags.IOPL) >> Rflags.IOPL_SHIFT);
  }

  /**
   * Whether INT n in virtual-8086 mode goes to the 8086 program's table (SDM vol. 3, table 20-2).
   */
  static boolean isRedirected(Vcpu c, int vector) {
    if ((c.state.cr(4) & Control.CR4_VME) == 0) {
      return false;
    }
    long limit = c.state.segmentLimit(Segment.TR);
    if (!Tss.is32(c) || limit < 0x67) {
      throw c.gp(0);
    }
    long tss = c.state.segmentBase(Segment.TR);
    long map = c.mmu.loadSystem(DescriptorTable.linear(c, tss + 0x66), 2);
    long at = map - 32 + (vector >> 3);
    if (at < 0 || at > limit) {
      throw c.gp(0);
    }
    long bits = c.mmu.loadSystem(DescriptorTable.linear(c, tss + at), 1);
    return (bits >> (vector & 7) & 1) == 0;
  }

  private static boolean isVirtualLimited(Vcpu c) {
    return c.isVirtual8086() && iopl(c) != 3;
  }

  private static boolean has(Vcpu c, long cr4) {
    return (c.state.cr(4) & cr4) != 0;
  }

  private static void pushf(Vcpu c, Insn i) {
    long image = c.rflags() & ~(Rflags.VM | Rflags.RF);
    if (isVirtualLimited(c)) {
      if (!has(c, Control.CR4_VME) || i.operandSize != 2) {
        throw c.gp(0);
      }
      boolean vif = (image & Rflags.VIF) != 0;
      image = image & ~Rflags.IF | Rflags.IOPL | (vif ? Rflags.IF : 0);
    }
    c.push(i.operandSize, image);
  }

  private static void popf(Vcpu c, Insn i) {
    int size = i.operandSize;
    long image = c.peek(size, 0);
    if (isVirtualLimited(c)) {
      popfVirtual(c, size, image);
      return;
    }
    long mask = POPF_ALWAYS;
    if (c.cpl() <= iopl(c)) {
      mask |= Rflags.IF;
    }
    if (c.cpl() == 0) {
      mask |= Rflags.IOPL;
    }
    if (size == 2) {
      mask &= 0xffff;
    } else {
      image &= ~Rflags.RF;
      mask |= Rflags.RF;
    }
    c.setStackPointer(c.stackPointer() + size);
    Debug.noteStep(c, image);
    c.setRflags(image, mask);
  }

  private static void popfVirtual(Vcpu c, int size, long image) {
    boolean wanted = (image & Rflags.IF) != 0;
    boolean pending = wanted && (c.state.systemFlags() & Rflags.VIP) != 0;
    if (!has(c, Control.CR4_VME) || size != 2 || pending || (image & Rflags.TF) != 0) {
      throw c.gp(0);
    }
    c.setStackPointer(c.stackPointer() + size);
    c.setRflags(image & ~Rflags.VIF | (wanted ? Rflags.VIF : 0), POPF_ALWAYS & 0xffff | Rflags.VIF);
  }

  private static void cli(Vcpu c, Insn i) {
    if (mayChangeInterruptFlag(c)) {
      c.setRflags(0, Rflags.IF);
    } else {
      requireVirtualInterrupts(c);
      c.setRflags(0, Rflags.VIF);
    }
  }

  private static void sti(Vcpu c, Insn i) {
    if (mayChangeInterruptFlag(c)) {
      if ((c.state.systemFlags() & Rflags.IF) == 0) {
        c.setRflags(Rflags.IF, Rflags.IF);
        c.setInterruptShadow(true);
      }
      return;
    }
    requireVirtualInterrupts(c);
    if ((c.state.systemFlags() & Rflags.VIP) != 0) {
      throw c.gp(0);
    }
    c.setRflags(Rflags.VIF, Rflags.VIF);
  }

  private static boolean mayChangeInterruptFlag(Vcpu c) {
    return c.cpl() <= iopl(c);
  }

  private static void requireVirtualInterrupts(Vcpu c) {
    boolean virtual =
        c.isVirtual8086() ? has(c, Control.CR4_VME) : c.cpl() == 3 && has(c, Control.CR4_PVI);
    if (!virtual) {
      throw c.gp(0);
    }
  }

  private static void alignmentCheck(Vcpu c, long value) {
    if (c.cpl() != 0) {
      throw c.ud();
    }
    c.setRflags(value, Rflags.AC);
  }
}
