package jvisor.cpu.system;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** Far JMP, CALL and RET but for gates (SDM vol. 3, 5.8; vol. 2, JMP, CALL, RET). */
public final class FarTransfers {
  private FarTransfers() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.JMP_FAR, (c, i) -> transfer(c, i, false))
        .bind(Mnemonic.CALL_FAR, (c, i) -> transfer(c, i, true))
        .bind(Mnemonic.RET_FAR, FarTransfers::ret);
  }

  private static void transfer(Vcpu c, Insn i, boolean call) {
    int size = i.operandSize;
    long offset;
    int selector;
    if (i.a.kind() == Operand.Kind.FAR) {
      offset = i.a.value() & 0xffff_ffffL;
      selector = (int) (i.a.value() >>> 32) & 0xffff;
    } else {
      // AMD processors ignore REX.W here (APM vol. 3, CALL far and JMP far).
      size = size == 8 && c.model.isAmd() ? 4 : size;
      offset = FarPointer.offset(c, i, size);
      selector = FarPointer.selector(c, i, size);
    }
    if (size == 2) {
      offset &= 0xffff;
    }
    if (c.isRealOrVirtual8086()) {
      paragraph(c, size, selector, offset, call);
    } else {
      protectedMode(c, size, selector, offset, call);
    }
  }

  private static void paragraph(Vcpu c, int size, int selector, long offset, boolean call) {
    VcpuState s = c.state;
    if (offset > s.segmentLimit(Segment.CS)) {
      throw c.gp(0);
    }
    if (call) {
      pushReturn(c, size);
    }
    SegmentLoader.loadReal(c, Segment.CS, selector);
    s.setRip(offset);
    c.modeChanged();
  }

  private static void protectedMode(Vcpu c, int size, int selector, long offset, boolean call) {
    if (Descriptor.isNull(selector)) {
      throw c.gp(0);
    }
    long d = DescriptorTable.load(c, selector, Vector.GP);
    if (Descriptor.isSystem(d)) {
      Gates.transfer(c, selector, d, call);
      return;
    }
    checkCode(c, selector, d, c.cpl());
    if (!Descriptor.isConforming(d) && (selector & 3) > c.cpl()) {
      throw c.gp(selector & 0xfffc);
    }
    checkTarget(c, d, offset);
    if (call) {
      checkPush(c, size, 2);
    }
    DescriptorTable.markAccessed(c, selector, d);
    if (call) {
      pushReturn(c, size);
    }
    SegmentLoader.setCode(c, selector, d, c.cpl());
    c.state.setRip(offset);
    c.modeChanged();
  }

  /** Checks a code segment to be entered at the present level, conforming or of DPL = CPL. */
  static void checkCode(Vcpu c, int selector, long d, int cpl) {
    int dpl = Descriptor.dpl(d);
    boolean privileged = Descriptor.isConforming(d) ? dpl <= cpl : dpl == cpl;
    boolean contradictory = c.isLongMode() && Descriptor.isLong(d) && Descriptor.isBig(d);
    if (!Descriptor.isCode(d) || !privileged || contradictory) {
      throw c.gp(selector & 0xfffc);
    }
    if (!Descriptor.present(d)) {
      throw c.np(selector & 0xfffc);
    }
  }

  /** #GP(0) unless {@code rip} lies in the code segment to come. */
  static void checkTarget(Vcpu c, long d, long rip) {
    boolean inside =
        c.isLongMode() && Descriptor.isLong(d)
            ? rip << 16 >> 16 == rip
            : Long.compareUnsigned(rip, Descriptor.limit(d)) <= 0;
    if (!inside) {
      throw c.gp(0);
    }
  }

  /** Proves that {@code count} pushes on the current stack cannot fault. */
  static void checkPush(Vcpu c, int size, int count) {
    VcpuState s = c.state;
    if (c.is64Bit()) {
      StackFrame.check64(c, s.reg(4), size * count, 0);
    } else {
      StackFrame.check(
          c,
          s.segmentBase(Segment.SS),
          s.segmentLimit(Segment.SS),
          s.segmentAttributes(Segment.SS),
          c.stackPointer(),
          size,
          count,
          0);
    }
  }

  private static void pushReturn(Vcpu c, int size) {
    checkPush(c, size, 2);
    c.push(size, c.state.selector(Segment.CS));
    c.push(size, c.state.rip());
  }

  private static void ret(Vcpu c, Insn i) {
    int size = i.operandSize;
    long released = i.a.kind() == Operand.Kind.IMMEDIATE ? i.a.value() & 0xffff : 0;
    long rip = c.peek(size, 0);
    int selector = (int) c.peek(size, size) & 0xffff;
    if (c.isRealOrVirtual8086()) {
      if (rip > c.state.segmentLimit(Segment.CS)) {
        throw c.gp(0);
      }
      c.setStackPointer(c.stackPointer() + 2L * size + released);
      SegmentLoader.loadReal(c, Segment.CS, selector);
      c.state.setRip(rip);
      c.modeChanged();
      return;
    }
    long d = checkReturnCode(c, selector);
    if ((selector & 3) > c.cpl()) {
      outer(c, size, released, rip, selector, d);
      return;
    }
    checkTarget(c, d, rip);
    DescriptorTable.markAccessed(c, selector, d);
    c.setStackPointer(c.stackPointer() + 2L * size + released);
    SegmentLoader.setCode(c, selector, d, c.cpl());
    c.state.setRip(rip);
    c.modeChanged();
  }

  private static void outer(Vcpu c, int size, long released, long rip, int selector, long d) {
    long sp = c.peek(size, 2L * size + released);
    int stack = (int) c.peek(size, 3L * size + released) & 0xffff;
    int cpl = selector & 3;
    long stackDescriptor = checkReturnStack(c, stack, cpl, d);
    checkTarget(c, d, rip);
    markReturn(c, selector, d, stack, stackDescriptor);
    setReturnStack(c, stack, stackDescriptor, cpl);
    SegmentLoader.setCode(c, selector, d, cpl);
    c.state.setRip(rip);
    c.modeChanged();
    setReturnPointer(c, size, sp + released);
    SegmentLoader.dropPrivileged(c, cpl);
  }

  /** Checks the code segment that RET or IRET popped and answers its descriptor. */
  static long checkReturnCode(Vcpu c, int selector) {
    if (Descriptor.isNull(selector)) {
      throw c.gp(0);
    }
    long d = DescriptorTable.load(c, selector, Vector.GP);
    if ((selector & 3) < c.cpl()) {
      throw c.gp(selector & 0xfffc);
    }
    checkCode(c, selector, d, selector & 3);
    return d;
  }

  /** Checks the stack segment that RET or IRET popped; answers its descriptor, 0 for a null one. */
  static long checkReturnStack(Vcpu c, int stack, int cpl, long code) {
    if (Descriptor.isNull(stack)) {
      boolean allowed = c.isLongMode() && Descriptor.isLong(code) && cpl != 3 && (stack & 3) == cpl;
      if (!allowed) {
        throw c.gp(0);
      }
      return 0;
    }
    return SegmentLoader.checkStack(c, stack, cpl, Vector.GP);
  }

  /** Sets the accessed bits of both segments of a return. */
  static void markReturn(Vcpu c, int selector, long d, int stack, long stackDescriptor) {
    DescriptorTable.markAccessed(c, selector, d);
    if (stackDescriptor != 0) {
      DescriptorTable.markAccessed(c, stack, stackDescriptor);
    }
  }

  /** Loads SS with what {@link #checkReturnStack} has let pass. */
  static void setReturnStack(Vcpu c, int stack, long stackDescriptor, int cpl) {
    if (stackDescriptor == 0) {
      SegmentLoader.setNull(c, Segment.SS, stack);
    } else {
      SegmentLoader.set(c, Segment.SS, stack, stackDescriptor);
    }
  }

  /** Writes the popped stack pointer in the mode returned to. */
  static void setReturnPointer(Vcpu c, int size, long sp) {
    if (c.is64Bit()) {
      c.state.setReg(4, sp & Vcpu.mask(size));
    } else {
      c.setStackPointer(sp);
    }
  }
}
