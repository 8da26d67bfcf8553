package jvisor.cpu.system;

import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Vcpu;

/**
 * Entry to a handler through the interrupt table of the current mode (SDM vol. 3, 6.12, 6.14,
 * 20.1.4 and vol. 2, INT n). Throws what goes wrong on the way, with nothing changed; error codes
 * come without the EXT bit, which {@link Delivery} adds.
 */
final class InterruptEntry {
  private static final int IDT = 2;

  private InterruptEntry() {}

  /**
   * Enters the handler of {@code vector}.
   *
   * @param errorCode what the handler finds on its stack, or {@link GuestFault#NO_ERROR_CODE}
   * @param software whether INT n, INT3 or INTO asks, so that the gate's DPL counts
   * @param image the RFLAGS to push
   */
  static void enter(Vcpu c, int vector, int errorCode, boolean software, long image) {
    if (c.isLongMode()) {
      long64(c, vector, errorCode, software, image);
    } else if (c.isProtected() || c.isVirtual8086()) {
      legacy(c, vector, errorCode, software, image);
    } else {
      real(c, vector, image);
    }
  }

  private static void real(Vcpu c, int vector, long image) {
    VcpuState s = c.state;
    if (4 * vector + 3 > s.get(VcpuState.IDTR_LIMIT)) {
      throw c.gp(0);
    }
    long at = s.get(VcpuState.IDTR_BASE) + 4L * vector & 0xffff_ffffL;
    long entry = c.mmu.loadSystem(at, 4);
    pushReal(c, image);
    enterParagraph(c, (int) (entry >>> 16), entry & 0xffff);
    s.setSystemFlags(s.systemFlags() & ~(Rflags.IF | Rflags.TF | Rflags.AC | Rflags.RF));
    c.modeChanged();
  }

  /** Pushes FLAGS, CS and IP, two bytes each. */
  private static void pushReal(Vcpu c, long image) {
    VcpuState s = c.state;
    long base = s.segmentBase(Segment.SS);
    int attributes = s.segmentAttributes(Segment.SS);
    long sp = c.stackPointer();
    long mask = StackFrame.mask(attributes);
    StackFrame.check(c, base, s.segmentLimit(Segment.SS), attributes, sp, 2, 3, 0);
    sp = StackFrame.push(c, base, mask, sp, 2, image);
    sp = StackFrame.push(c, base, mask, sp, 2, s.selector(Segment.CS));
    sp = StackFrame.push(c, base, mask, sp, 2, s.rip());
    c.setStackPointer(sp);
  }

  private static void enterParagraph(Vcpu c, int selector, long rip) {
    SegmentLoader.loadReal(c, Segment.CS, selector);
    c.state.setRip(rip);
  }

  /** INT n in virtual-8086 mode through the 8086 program's own table (SDM vol. 3, 20.3.3). */
  static void virtual8086(Vcpu c, int vector) {
    VcpuState s = c.state;
    long entry = c.mmu.load32(4L * vector) & 0xffff_ffffL;
    boolean virtual = (s.systemFlags() & Rflags.IOPL) != Rflags.IOPL;
    long image = c.rflags();
    if (virtual) {
      boolean vif = (image & Rflags.VIF) != 0;
      image = image & ~Rflags.IF | Rflags.IOPL | (vif ? Rflags.IF : 0);
    }
    pushReal(c, image);
    enterParagraph(c, (int) (entry >>> 16), entry & 0xffff);
    long cleared = Rflags.TF | Rflags.RF | (virtual ? Rflags.VIF : Rflags.IF);
    s.setSystemFlags(s.systemFlags() & ~cleared);
    c.modeChanged();
  }

  private static void legacy(Vcpu c, int vector, int errorCode, boolean software, long image) {
    VcpuState s = c.state;
    int idtCode = 8 * vector + IDT;
    if (8 * vector + 7 > s.get(VcpuState.IDTR_LIMIT)) {
      throw c.gp(idtCode);
    }
    long at = s.get(VcpuState.IDTR_BASE) + 8L * vector & 0xffff_ffffL;
    long gate = c.mmu.loadSystem(at, 8);
    int type = Descriptor.type(gate);
    boolean known =
        type == Descriptor.TASK_GATE || (type & ~(8 | 1)) == Descriptor.INTERRUPT_GATE16;
    if (!known || software && Descriptor.dpl(gate) < c.cpl()) {
      throw c.gp(idtCode);
    }
    if (!Descriptor.present(gate)) {
      throw c.np(idtCode);
    }
    if (type == Descriptor.TASK_GATE) {
      TaskSwitch.interrupt(c, Descriptor.gateSelector(gate), errorCode, software, image);
    } else {
      gate(c, gate, errorCode, image);
    }
  }

  private static void gate(Vcpu c, long gate, int errorCode, long image) {
    int selector = Descriptor.gateSelector(gate);
    long d = handlerCode(c, selector);
    int dpl = Descriptor.dpl(d);
    boolean v86 = c.isVirtual8086();
    if (!Descriptor.isConforming(d) && dpl < c.cpl()) {
      if (v86 && dpl != 0) {
        throw c.gp(selector & 0xfffc);
      }
      inner(c, gate, d, errorCode, image);
    } else if (v86) {
      throw c.gp(selector & 0xfffc);
    } else {
      same(c, gate, d, errorCode, image);
    }
  }

  /** Loads and checks the code segment that a gate names. */
  private static long handlerCode(Vcpu c, int selector) {
    if (Descriptor.isNull(selector)) {
      throw c.gp(0);
    }
    long d = DescriptorTable.load(c, selector, Vector.GP);
    if (!Descriptor.isCode(d) || Descriptor.dpl(d) > c.cpl()) {
      throw c.gp(selector & 0xfffc);
    }
    if (!Descriptor.present(d)) {
      throw c.np(selector & 0xfffc);
    }
    return d;
  }

  private static void same(Vcpu c, long gate, long d, int errorCode, long image) {
    VcpuState s = c.state;
    int size = (Descriptor.type(gate) & 8) != 0 ? 4 : 2;
    int selector = Descriptor.gateSelector(gate);
    long base = s.segmentBase(Segment.SS);
    int attributes = s.segmentAttributes(Segment.SS);
    long sp = c.stackPointer();
    int count = errorCode == GuestFault.NO_ERROR_CODE ? 3 : 4;
    StackFrame.check(c, base, s.segmentLimit(Segment.SS), attributes, sp, size, count, 0);
    checkOffset(c, gate, d);
    DescriptorTable.markAccessed(c, selector, d);
    c.setStackPointer(pushReturn(c, base, StackFrame.mask(attributes), sp, size, errorCode, image));
    finish(c, gate, d, c.cpl());
  }

  private static void inner(Vcpu c, long gate, long d, int errorCode, long image) {
    VcpuState s = c.state;
    int cpl = Descriptor.dpl(d);
    int size = (Descriptor.type(gate) & 8) != 0 ? 4 : 2;
    boolean v86 = c.isVirtual8086();
    long sp = Tss.stackPointer(c, cpl);
    int stack = Tss.stackSelector(c, cpl);
    if (Descriptor.isNull(stack)) {
      throw c.ts(0);
    }
    long stackDescriptor = SegmentLoader.checkStack(c, stack, cpl, Vector.TS);
    int count = (v86 ? 9 : 5) + (errorCode == GuestFault.NO_ERROR_CODE ? 0 : 1);
    long base = Descriptor.base(stackDescriptor);
    int attributes = Descriptor.attributes(stackDescriptor);
    long limit = Descriptor.limit(stackDescriptor);
    long mask = StackFrame.mask(attributes);
    int before = c.mmu.mode();
    c.mmu.setMode(StackFrame.mode(c, cpl));
    try {
      StackFrame.check(c, base, limit, attributes, sp, size, count, stack & 0xfffc);
      checkOffset(c, gate, d);
      DescriptorTable.markAccessed(c, stack, stackDescriptor);
      DescriptorTable.markAccessed(c, Descriptor.gateSelector(gate), d);
      if (v86) {
        sp = StackFrame.push(c, base, mask, sp, size, s.selector(Segment.GS));
        sp = StackFrame.push(c, base, mask, sp, size, s.selector(Segment.FS));
        sp = StackFrame.push(c, base, mask, sp, size, s.selector(Segment.DS));
        sp = StackFrame.push(c, base, mask, sp, size, s.selector(Segment.ES));
      }
      sp = StackFrame.push(c, base, mask, sp, size, s.selector(Segment.SS));
      sp = StackFrame.push(c, base, mask, sp, size, s.reg(4));
      sp = pushReturn(c, base, mask, sp, size, errorCode, image);
    } finally {
      c.mmu.setMode(before);
    }
    if (v86) {
      SegmentLoader.setNull(c, Segment.ES, 0);
      SegmentLoader.setNull(c, Segment.DS, 0);
      SegmentLoader.setNull(c, Segment.FS, 0);
      SegmentLoader.setNull(c, Segment.GS, 0);
    }
    SegmentLoader.set(c, Segment.SS, stack, stackDescriptor);
    s.setReg(4, Descriptor.isBig(stackDescriptor) ? 4 : 2, sp);
    finish(c, gate, d, cpl);
  }

  private static long pushReturn(
      Vcpu c, long base, long mask, long sp, int size, int errorCode, long image) {
    long at = StackFrame.push(c, base, mask, sp, size, image);
    at = StackFrame.push(c, base, mask, at, size, c.state.selector(Segment.CS));
    at = StackFrame.push(c, base, mask, at, size, c.state.rip());
    return errorCode == GuestFault.NO_ERROR_CODE
        ? at
        : StackFrame.push(c, base, mask, at, size, errorCode);
  }

  private static void checkOffset(Vcpu c, long gate, long d) {
    if (Descriptor.gateOffset(gate) > Descriptor.limit(d)) {
      throw c.gp(0);
    }
  }

  private static void finish(Vcpu c, long gate, long d, int cpl) {
    SegmentLoader.setCode(c, Descriptor.gateSelector(gate), d, cpl);
    c.state.setRip(Descriptor.gateOffset(gate));
    clearFlags(c, gate);
  }

  private static void clearFlags(Vcpu c, long gate) {
    long cleared = Rflags.TF | Rflags.NT | Rflags.RF | Rflags.VM;
    boolean interrupt = (Descriptor.type(gate) & 1) == 0;
    VcpuState s = c.state;
    s.setSystemFlags(s.systemFlags() & ~(interrupt ? cleared | Rflags.IF : cleared));
    c.modeChanged();
  }

  private static void long64(Vcpu c, int vector, int errorCode, boolean software, long image) {
    VcpuState s = c.state;
    int idtCode = 8 * vector + IDT;
    if (16 * vector + 15 > s.get(VcpuState.IDTR_LIMIT)) {
      throw c.gp(idtCode);
    }
    long at = s.get(VcpuState.IDTR_BASE) + 16L * vector;
    long gate = c.mmu.loadSystem(at, 8);
    long upper = c.mmu.loadSystem(at + 8, 8);
    boolean known = (Descriptor.type(gate) & ~1) == Descriptor.INTERRUPT_GATE32;
    if (!known || software && Descriptor.dpl(gate) < c.cpl()) {
      throw c.gp(idtCode);
    }
    if (!Descriptor.present(gate)) {
      throw c.np(idtCode);
    }
    int selector = Descriptor.gateSelector(gate);
    long d = handlerCode(c, selector);
    if (!Descriptor.isLong(d) || Descriptor.isBig(d)) {
      throw c.gp(selector & 0xfffc);
    }
    boolean inner = !Descriptor.isConforming(d) && Descriptor.dpl(d) < c.cpl();
    int cpl = inner ? Descriptor.dpl(d) : c.cpl();
    int ist = (int) (gate >>> 32) & 7;
    long sp;
    if (ist != 0) {
      sp = Tss.interruptStack(c, ist);
    } else {
      sp = inner ? Tss.stackPointer64(c, cpl) : s.reg(4);
    }
    long rip = upper << 32 | Descriptor.gateOffset(gate);
    enter64(c, gate, d, rip, sp, cpl, inner, errorCode, image);
  }

  private static void enter64(
      Vcpu c,
      long gate,
      long d,
      long rip,
      long stack,
      int cpl,
      boolean inner,
      int errorCode,
      long image) {
    VcpuState s = c.state;
    boolean code = errorCode != GuestFault.NO_ERROR_CODE;
    int before = c.mmu.mode();
    c.mmu.setMode(StackFrame.mode(c, cpl));
    long sp;
    try {
      long top = stack & -16L;
      StackFrame.check64(c, top, code ? 48 : 40, 0);
      if (rip << 16 >> 16 != rip) {
        throw c.gp(0);
      }
      DescriptorTable.markAccessed(c, Descriptor.gateSelector(gate), d);
      sp = StackFrame.push64(c, top, s.selector(Segment.SS));
      sp = StackFrame.push64(c, sp, s.reg(4));
      sp = StackFrame.push64(c, sp, image);
      sp = StackFrame.push64(c, sp, s.selector(Segment.CS));
      sp = StackFrame.push64(c, sp, s.rip());
      if (code) {
        sp = StackFrame.push64(c, sp, errorCode);
      }
    } finally {
      c.mmu.setMode(before);
    }
    s.setReg(4, sp);
    if (inner) {
      SegmentLoader.setNull(c, Segment.SS, cpl);
    }
    SegmentLoader.setCode(c, Descriptor.gateSelector(gate), d, cpl);
    s.setRip(rip);
    clearFlags(c, gate);
  }
}
