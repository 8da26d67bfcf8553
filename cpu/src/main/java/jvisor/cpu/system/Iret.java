package jvisor.cpu.system;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** Returns from interrupts in every mode (SDM vol. 2, IRET; vol. 3, 6.12.1 and 20.2.3). */
public final class Iret {
  private static final long ALWAYS =
      Rflags.ARITHMETIC | Rflags.TF | Rflags.DF | Rflags.NT | Rflags.RF | Rflags.AC | Rflags.ID;

  private Iret() {}

  /** Binds the instruction. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.IRET, Iret::iret);
  }

  private static void iret(Vcpu c, Insn i) {
    if (c.isVirtual8086()) {
      virtual8086(c, i.operandSize);
    } else if (!c.isProtected()) {
      real(c, i.operandSize);
    } else if ((c.state.systemFlags() & Rflags.NT) != 0) {
      if (c.isLongMode()) {
        throw c.gp(0);
      }
      TaskSwitch.iret(c);
    } else {
      protectedMode(c, i.operandSize);
    }
    c.setNmiBlocked(false);
  }

  private static void real(Vcpu c, int size) {
    long rip = c.peek(size, 0);
    int selector = (int) c.peek(size, size) & 0xffff;
    long flags = c.peek(size, 2L * size);
    checkReal(c, rip);
    c.setStackPointer(c.stackPointer() + 3L * size);
    SegmentLoader.loadReal(c, Segment.CS, selector);
    c.state.setRip(rip);
    Debug.noteStep(c, flags);
    c.setRflags(flags, mask(c, size) & ~Rflags.VM);
    c.modeChanged();
  }

  private static void checkReal(Vcpu c, long rip) {
    if (rip > c.state.segmentLimit(Segment.CS)) {
      throw c.gp(0);
    }
  }

  private static void virtual8086(Vcpu c, int size) {
    boolean limited = FlagControl.iopl(c) != 3;
    if (limited && (size != 2 || (c.state.cr(4) & Control.CR4_VME) == 0)) {
      throw c.gp(0);
    }
    long rip = c.peek(size, 0);
    int selector = (int) c.peek(size, size) & 0xffff;
    long flags = c.peek(size, 2L * size);
    long mask = ALWAYS & Vcpu.mask(size);
    if (limited) {
      boolean wanted = (flags & Rflags.IF) != 0;
      boolean pending = wanted && (c.state.systemFlags() & Rflags.VIP) != 0;
      if (pending || (flags & Rflags.TF) != 0) {
        throw c.gp(0);
      }
      flags = flags & ~Rflags.VIF | (wanted ? Rflags.VIF : 0);
      mask |= Rflags.VIF;
    } else {
      mask |= Rflags.IF;
    }
    checkReal(c, rip);
    c.setStackPointer(c.stackPointer() + 3L * size);
    SegmentLoader.loadReal(c, Segment.CS, selector);
    c.state.setRip(rip);
    Debug.noteStep(c, flags);
    c.setRflags(flags, mask);
    c.modeChanged();
  }

  /** Which flags the running privilege level may write. */
  private static long mask(Vcpu c, int size) {
    long mask = ALWAYS;
    if (c.cpl() <= FlagControl.iopl(c)) {
      mask |= Rflags.IF;
    }
    if (c.cpl() == 0) {
      mask |= Rflags.IOPL | Rflags.VIF | Rflags.VIP;
    }
    return size == 2 ? mask & 0xffff : mask;
  }

  private static void protectedMode(Vcpu c, int size) {
    long rip = c.peek(size, 0);
    int selector = (int) c.peek(size, size) & 0xffff;
    long flags = c.peek(size, 2L * size);
    if (size == 4 && (flags & Rflags.VM) != 0 && c.cpl() == 0 && !c.isLongMode()) {
      toVirtual8086(c, rip & 0xffff, selector, flags);
      return;
    }
    long d = FarTransfers.checkReturnCode(c, selector);
    int cpl = selector & 3;
    if (c.is64Bit() || cpl > c.cpl()) {
      outer(c, size, rip, selector, d, flags);
    } else {
      FarTransfers.checkTarget(c, d, rip);
      DescriptorTable.markAccessed(c, selector, d);
      long mask = mask(c, size);
      c.setStackPointer(c.stackPointer() + 3L * size);
      SegmentLoader.setCode(c, selector, d, cpl);
      c.state.setRip(rip);
      Debug.noteStep(c, flags);
      c.setRflags(flags, mask);
      c.modeChanged();
    }
  }

  /** A return that pops SS:RSP too: to an outer level, and every one from 64-bit code. */
  private static void outer(Vcpu c, int size, long rip, int selector, long d, long flags) {
    long sp = c.peek(size, 3L * size);
    int stack = (int) c.peek(size, 4L * size) & 0xffff;
    int cpl = selector & 3;
    long stackDescriptor = FarTransfers.checkReturnStack(c, stack, cpl, d);
    FarTransfers.checkTarget(c, d, rip);
    FarTransfers.markReturn(c, selector, d, stack, stackDescriptor);
    long mask = mask(c, size);
    boolean outward = cpl != c.cpl();
    FarTransfers.setReturnStack(c, stack, stackDescriptor, cpl);
    SegmentLoader.setCode(c, selector, d, cpl);
    c.state.setRip(rip);
    Debug.noteStep(c, flags);
    c.setRflags(flags, mask);
    c.modeChanged();
    FarTransfers.setReturnPointer(c, size, sp);
    if (outward) {
      SegmentLoader.dropPrivileged(c, cpl);
    }
  }

  private static void toVirtual8086(Vcpu c, long rip, int selector, long flags) {
    long sp = c.peek(4, 12);
    int ss = (int) c.peek(4, 16) & 0xffff;
    int es = (int) c.peek(4, 20) & 0xffff;
    int ds = (int) c.peek(4, 24) & 0xffff;
    int fs = (int) c.peek(4, 28) & 0xffff;
    int gs = (int) c.peek(4, 32) & 0xffff;
    VcpuState s = c.state;
    Debug.noteStep(c, flags);
    c.setRflags(flags, ALWAYS | Rflags.IF | Rflags.IOPL | Rflags.VIF | Rflags.VIP | Rflags.VM);
    SegmentLoader.loadReal(c, Segment.CS, selector);
    SegmentLoader.loadReal(c, Segment.SS, ss);
    SegmentLoader.loadReal(c, Segment.ES, es);
    SegmentLoader.loadReal(c, Segment.DS, ds);
    SegmentLoader.loadReal(c, Segment.FS, fs);
    SegmentLoader.loadReal(c, Segment.GS, gs);
    s.setRip(rip);
    s.setReg(4, 4, sp);
    c.modeChanged();
  }
}
