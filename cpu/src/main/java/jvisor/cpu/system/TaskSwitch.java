package jvisor.cpu.system;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Vcpu;

/**
 * Task switches (SDM vol. 3, 7.3). {@link #leave} does everything up to the point at which the new
 * task has become the current one and throws in the old task; {@link #arrive} checks and loads the
 * new task's segments and throws in the new one, so that such a fault finds the new task's
 * registers.
 */
final class TaskSwitch {
  private static final int JUMP = 0;
  private static final int CALL = 1;
  private static final int RETURN = 2;

  private TaskSwitch() {}

  /** Far JMP or CALL to a TSS or, by way of a task gate, to one. */
  static void far(Vcpu c, int selector, boolean call) {
    long d = target(c, selector, false, Vector.GP);
    TaskFrame frame = leave(c, selector, d, call ? CALL : JUMP, c.rflags());
    arriveOrDeliver(c, frame);
  }

  /** IRET with NT set: back to the task that the current one's link names. */
  static void iret(Vcpu c) {
    long tss = c.state.segmentBase(Segment.TR);
    int selector = (int) c.mmu.loadSystem(DescriptorTable.linear(c, tss), 2);
    long d = target(c, selector, true, Vector.TS);
    TaskFrame frame = leave(c, selector, d, RETURN, c.rflags() & ~Rflags.NT);
    arriveOrDeliver(c, frame);
  }

  /**
   * An exception or interrupt through a task gate.
   *
   * @param software whether an instruction asks, so that faults in the new task are delivered here
   */
  static void interrupt(Vcpu c, int selector, int errorCode, boolean software, long image) {
    long d = target(c, selector, false, Vector.GP);
    TaskFrame frame = leave(c, selector, d, CALL, image);
    if (software) {
      arriveOrDeliver(c, frame);
      return;
    }
    arrive(c, frame);
    if (errorCode != GuestFault.NO_ERROR_CODE) {
      c.push(frame.wide ? 4 : 2, errorCode);
    }
  }

  /**
   * Checks a TSS selector and answers its descriptor; {@code vector} is what is wrong but for
   * absence.
   */
  private static long target(Vcpu c, int selector, boolean busy, int vector) {
    if ((selector & 4) != 0 || Descriptor.isNull(selector)) {
      throw c.fault.of(vector, selector & 0xfffc);
    }
    long d = DescriptorTable.load(c, selector, vector);
    int type = Descriptor.type(d);
    boolean right =
        busy
            ? type == Descriptor.TSS16_BUSY || type == Descriptor.TSS32_BUSY
            : type == Descriptor.TSS16_AVAILABLE || type == Descriptor.TSS32_AVAILABLE;
    if (!right) {
      throw c.fault.of(vector, selector & 0xfffc);
    }
    if (!Descriptor.present(d)) {
      throw c.np(selector & 0xfffc);
    }
    return d;
  }

  private static TaskFrame leave(Vcpu c, int selector, long d, int kind, long flags) {
    VcpuState s = c.state;
    int oldSelector = s.selector(Segment.TR);
    TaskFrame frame = TaskFrame.load(c, selector, d);
    TaskFrame.checkSave(c);
    if (kind != CALL) {
      DescriptorTable.markBusy(c, oldSelector, false);
    }
    TaskFrame.save(c, flags);
    if (kind == CALL) {
      c.mmu.storeSystem(DescriptorTable.linear(c, frame.base), 2, oldSelector);
      frame.flags |= Rflags.NT;
    }
    if (kind != RETURN) {
      DescriptorTable.markBusy(c, selector, true);
    }
    int busy = Descriptor.BUSY << 8;
    s.setSegment(
        Segment.TR, selector, frame.base, Descriptor.limit(d), Descriptor.attributes(d) | busy);
    s.setCr(0, s.cr(0) | Control.CR0_TS);
    Debug.clearLocal(c);
    become(c, frame);
    return frame;
  }

  /**
   * Loads the registers that need no check; the segment registers get selectors without
   * descriptors.
   */
  private static void become(Vcpu c, TaskFrame frame) {
    VcpuState s = c.state;
    s.setRip(frame.rip);
    for (int register = 0; register < 8; register++) {
      // A 16-bit TSS leaves ones in the upper halves, as processors since the 80386 do.
      long upper = frame.wide ? 0 : 0xffff_0000L;
      s.setReg(register, 4, frame.registers[register] | upper);
    }
    boolean v86 = (frame.flags & Rflags.VM) != 0;
    int cpl = v86 ? 3 : frame.selectors[Segment.CS] & 3;
    for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
      int attributes = Segment.UNUSABLE | cpl << Segment.DPL_SHIFT;
      s.setSegment(segment, frame.selectors[segment], 0, 0, attributes);
    }
    s.setSegment(Segment.LDTR, frame.ldt, 0, 0, Segment.UNUSABLE);
    c.setCpl(cpl);
    c.setRflags(frame.flags, -1L);
    c.modeChanged();
    if (frame.wide && (s.cr(0) & Control.CR0_PG) != 0 && frame.cr3 != s.cr(3)) {
      s.setCr(3, frame.cr3);
      c.mmu.switchAddressSpace(0, true);
    }
  }

  private static void arriveOrDeliver(Vcpu c, TaskFrame frame) {
    try {
      arrive(c, frame);
    } catch (GuestFault fault) {
      Delivery.fault(c, fault);
    }
  }

  private static void arrive(Vcpu c, TaskFrame frame) {
    if (frame.trap) {
      c.setPendingDebug(c.pendingDebug() | Debug.DR6_BT);
    }
    if (frame.wide
        && (c.state.cr(0) & Control.CR0_PG) != 0
        && (c.state.cr(4) & Control.CR4_PAE) != 0) {
      ControlRegisters.loadPdptes(c, frame.cr3);
    }
    loadLdt(c, frame.ldt);
    if (c.isVirtual8086()) {
      for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
        SegmentLoader.loadReal(c, segment, frame.selectors[segment]);
      }
    } else {
      loadSegments(c, frame.selectors);
    }
    c.modeChanged();
    if (frame.rip > c.state.segmentLimit(Segment.CS)) {
      throw c.gp(0);
    }
  }

  private static void loadLdt(Vcpu c, int selector) {
    if (Descriptor.isNull(selector)) {
      return;
    }
    if ((selector & 4) != 0) {
      throw c.ts(selector & 0xfffc);
    }
    long d = DescriptorTable.load(c, selector, Vector.TS);
    if (Descriptor.type(d) != Descriptor.LDT || !Descriptor.present(d)) {
      throw c.ts(selector & 0xfffc);
    }
    TableRegisters.setSystem(c, Segment.LDTR, selector, d, Descriptor.attributes(d), Vector.TS);
  }

  private static void loadSegments(Vcpu c, int[] selectors) {
    int cs = selectors[Segment.CS];
    int cpl = cs & 3;
    if (Descriptor.isNull(cs)) {
      throw c.ts(0);
    }
    long code = DescriptorTable.load(c, cs, Vector.TS);
    int dpl = Descriptor.dpl(code);
    boolean privileged = Descriptor.isConforming(code) ? dpl <= cpl : dpl == cpl;
    if (!Descriptor.isCode(code) || !privileged) {
      throw c.ts(cs & 0xfffc);
    }
    if (!Descriptor.present(code)) {
      throw c.np(cs & 0xfffc);
    }
    int ss = selectors[Segment.SS];
    if (Descriptor.isNull(ss)) {
      throw c.ts(0);
    }
    long stack = SegmentLoader.checkStack(c, ss, cpl, Vector.TS);
    DescriptorTable.markAccessed(c, cs, code);
    SegmentLoader.setCode(c, cs, code, cpl);
    DescriptorTable.markAccessed(c, ss, stack);
    SegmentLoader.set(c, Segment.SS, ss, stack);
    c.modeChanged();
    for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
      boolean data = segment != Segment.CS && segment != Segment.SS;
      if (data && !Descriptor.isNull(selectors[segment])) {
        long d = SegmentLoader.checkData(c, selectors[segment], Vector.TS);
        DescriptorTable.markAccessed(c, selectors[segment], d);
        SegmentLoader.set(c, segment, selectors[segment], d);
      }
    }
  }
}
