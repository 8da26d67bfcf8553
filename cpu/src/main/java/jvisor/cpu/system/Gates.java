package jvisor.cpu.system;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Vcpu;

/**
 * Far transfers through call gates, task gates and task-state segments (SDM vol. 3, 5.8.3–5.8.5,
 * 7.3).
 */
final class Gates {
  private Gates() {}

  /** A far JMP or CALL to a system descriptor. */
  static void transfer(Vcpu c, int selector, long d, boolean call) {
    int type = Descriptor.type(d);
    boolean reachable = Descriptor.dpl(d) >= c.cpl() && Descriptor.dpl(d) >= (selector & 3);
    boolean gate16 = type == Descriptor.CALL_GATE16 && !c.isLongMode();
    boolean task =
        !c.isLongMode()
            && (type == Descriptor.TASK_GATE
                || type == Descriptor.TSS16_AVAILABLE
                || type == Descriptor.TSS32_AVAILABLE);
    if (!reachable || !(gate16 || task || type == Descriptor.CALL_GATE32)) {
      throw c.gp(selector & 0xfffc);
    }
    if (!Descriptor.present(d)) {
      throw c.np(selector & 0xfffc);
    }
    if (type == Descriptor.TASK_GATE) {
      TaskSwitch.far(c, Descriptor.gateSelector(d), call);
    } else if (task) {
      TaskSwitch.far(c, selector, call);
    } else if (c.isLongMode()) {
      callGate64(c, selector, d, call);
    } else {
      callGate(c, d, call);
    }
  }

  private static long checkCode(Vcpu c, int selector, boolean call) {
    if (Descriptor.isNull(selector)) {
      throw c.gp(0);
    }
    long d = DescriptorTable.load(c, selector, Vector.GP);
    int dpl = Descriptor.dpl(d);
    boolean privileged = call || Descriptor.isConforming(d) ? dpl <= c.cpl() : dpl == c.cpl();
    if (!Descriptor.isCode(d) || !privileged) {
      throw c.gp(selector & 0xfffc);
    }
    return d;
  }

  private static boolean isInner(Vcpu c, long d, boolean call) {
    return call && !Descriptor.isConforming(d) && Descriptor.dpl(d) < c.cpl();
  }

  private static void callGate(Vcpu c, long gate, boolean call) {
    int selector = Descriptor.gateSelector(gate);
    long d = checkCode(c, selector, call);
    if (!Descriptor.present(d)) {
      throw c.np(selector & 0xfffc);
    }
    int size = Descriptor.type(gate) == Descriptor.CALL_GATE32 ? 4 : 2;
    long offset = Descriptor.gateOffset(gate);
    if (isInner(c, d, call)) {
      inner(c, gate, d, size);
      return;
    }
    if (call) {
      FarTransfers.checkPush(c, size, 2);
    }
    FarTransfers.checkTarget(c, d, offset);
    DescriptorTable.markAccessed(c, selector, d);
    if (call) {
      c.push(size, c.state.selector(Segment.CS));
      c.push(size, c.state.rip());
    }
    SegmentLoader.setCode(c, selector, d, c.cpl());
    c.state.setRip(offset);
    c.modeChanged();
  }

  private static void inner(Vcpu c, long gate, long d, int size) {
    VcpuState s = c.state;
    int selector = Descriptor.gateSelector(gate);
    int cpl = Descriptor.dpl(d);
    long sp = Tss.stackPointer(c, cpl);
    int stack = Tss.stackSelector(c, cpl);
    if (Descriptor.isNull(stack)) {
      throw c.ts(0);
    }
    long stackDescriptor = SegmentLoader.checkStack(c, stack, cpl, Vector.TS);
    int parameters = (int) (gate >>> 32) & 0x1f;
    for (int n = 0; n < parameters; n++) {
      c.peek(size, (long) n * size);
    }
    long base = Descriptor.base(stackDescriptor);
    int attributes = Descriptor.attributes(stackDescriptor);
    long mask = StackFrame.mask(attributes);
    int before = c.mmu.mode();
    int inner = StackFrame.mode(c, cpl);
    c.mmu.setMode(inner);
    try {
      StackFrame.check(
          c,
          base,
          Descriptor.limit(stackDescriptor),
          attributes,
          sp,
          size,
          4 + parameters,
          stack & 0xfffc);
      FarTransfers.checkTarget(c, d, Descriptor.gateOffset(gate));
      DescriptorTable.markAccessed(c, stack, stackDescriptor);
      DescriptorTable.markAccessed(c, selector, d);
      sp = StackFrame.push(c, base, mask, sp, size, s.selector(Segment.SS));
      sp = StackFrame.push(c, base, mask, sp, size, s.reg(4));
      for (int n = parameters - 1; n >= 0; n--) {
        c.mmu.setMode(before);
        long parameter = c.peek(size, (long) n * size);
        c.mmu.setMode(inner);
        sp = StackFrame.push(c, base, mask, sp, size, parameter);
      }
      sp = StackFrame.push(c, base, mask, sp, size, s.selector(Segment.CS));
      sp = StackFrame.push(c, base, mask, sp, size, s.rip());
    } finally {
      c.mmu.setMode(before);
    }
    SegmentLoader.set(c, Segment.SS, stack, stackDescriptor);
    s.setReg(4, Descriptor.isBig(stackDescriptor) ? 4 : 2, sp);
    SegmentLoader.setCode(c, selector, d, cpl);
    s.setRip(Descriptor.gateOffset(gate));
    c.modeChanged();
  }

  private static void callGate64(Vcpu c, int gateSelector, long gate, boolean call) {
    VcpuState s = c.state;
    long upper = DescriptorTable.loadUpper(c, gateSelector, Vector.GP);
    int selector = Descriptor.gateSelector(gate);
    long d = checkCode(c, selector, call);
    if (!Descriptor.isLong(d) || Descriptor.isBig(d)) {
      throw c.gp(selector & 0xfffc);
    }
    if (!Descriptor.present(d)) {
      throw c.np(selector & 0xfffc);
    }
    long rip = upper << 32 | Descriptor.gateOffset(gate);
    boolean inner = isInner(c, d, call);
    int cpl = inner ? Descriptor.dpl(d) : c.cpl();
    long sp = inner ? Tss.stackPointer64(c, cpl) : c.is64Bit() ? s.reg(4) : c.stackPointer();
    int before = c.mmu.mode();
    c.mmu.setMode(StackFrame.mode(c, cpl));
    try {
      if (call) {
        StackFrame.check64(c, sp, inner ? 32 : 16, 0);
      }
      FarTransfers.checkTarget(c, d, rip);
      DescriptorTable.markAccessed(c, selector, d);
      if (inner) {
        sp = StackFrame.push64(c, sp, s.selector(Segment.SS));
        sp = StackFrame.push64(c, sp, s.reg(4));
      }
      if (call) {
        sp = StackFrame.push64(c, sp, s.selector(Segment.CS));
        sp = StackFrame.push64(c, sp, s.rip());
      }
    } finally {
      c.mmu.setMode(before);
    }
    if (inner) {
      SegmentLoader.setNull(c, Segment.SS, cpl);
    }
    s.setReg(4, sp);
    SegmentLoader.setCode(c, selector, d, cpl);
    s.setRip(rip);
    c.modeChanged();
  }
}
