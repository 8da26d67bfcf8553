package jvisor.cpu.system;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;

/** The state after power-on, reset and INIT (SDM vol. 3, table 9-1). */
public final class Reset {
  private static final int DATA = 0x9300;
  private static final int LDT = 0x8200;
  private static final int TSS = 0x8b00;

  private Reset() {}

  /** Power-on and RESET#: everything, with execution at F000:FFF0 and base FFFF0000. */
  public static void powerOn(Vcpu c) {
    VcpuState s = c.state;
    init(c, Control.CR0_ET | Control.CR0_NW | Control.CR0_CD);
    s.set(VcpuState.XCR0, 1);
    for (int register = 0; register < 8; register++) {
      s.set(VcpuState.X87 + 16 * register, 0);
      s.set(VcpuState.X87 + 16 * register + 8, 0);
    }
    HostMemory.putShort(s.base + VcpuState.FCW, 0x40);
    HostMemory.putShort(s.base + VcpuState.FSW, 0);
    HostMemory.putShort(s.base + VcpuState.FTW, 0xff);
    HostMemory.putShort(s.base + VcpuState.FOP, 0);
    s.set(VcpuState.FIP, 0);
    s.set(VcpuState.FDP, 0);
    HostMemory.putInt(s.base + VcpuState.FCS, 0);
    s.setMxcsr(0x1f80);
    HostMemory.fill(s.base + VcpuState.VECTOR, 16L * VcpuState.VECTOR_STRIDE, 0);
    HostMemory.fill(s.base + VcpuState.STAR, VcpuState.SPEC_CTRL + 8L - VcpuState.STAR, 0);
    HostMemory.fill(s.base + VcpuState.MTRR, VcpuState.SCRATCH - (long) VcpuState.MTRR, 0);
    Msrs.powerOn(c);
    c.mmu.flushAll();
  }

  /**
   * INIT: as reset, but floating-point state, most model-specific registers and CR0.CD and NW stay.
   */
  public static void init(Vcpu c) {
    long caching = c.state.cr(0) & (Control.CR0_NW | Control.CR0_CD);
    init(c, Control.CR0_ET | caching);
    c.mmu.flushAll();
  }

  /** Where an INITed processor starts: {@code vector} × 4 KiB, real mode (SDM vol. 3, 8.4.4.1). */
  public static void startup(Vcpu c, int vector) {
    c.state.setSegment(
        Segment.CS, (vector & 0xff) << 8, (long) (vector & 0xff) << 12, 0xffff, DATA);
    c.state.setRip(0);
    c.modeChanged();
  }

  private static void init(Vcpu c, long cr0) {
    VcpuState s = c.state;
    for (int register = 0; register < 16; register++) {
      s.setReg(register, 0);
    }
    s.setReg(2, c.model.signature() & 0xffff_ffffL);
    s.setRip(0xfff0);
    c.setRflags(0, -1L);
    s.setSystemFlags(Rflags.FIXED);
    s.setSegment(Segment.CS, 0xf000, 0xffff_0000L, 0xffff, DATA);
    for (int segment : new int[] {Segment.ES, Segment.SS, Segment.DS, Segment.FS, Segment.GS}) {
      s.setSegment(segment, 0, 0, 0xffff, DATA);
    }
    s.setSegment(Segment.LDTR, 0, 0, 0xffff, LDT);
    s.setSegment(Segment.TR, 0, 0, 0xffff, TSS);
    s.set(VcpuState.GDTR_BASE, 0);
    s.set(VcpuState.GDTR_LIMIT, 0xffff);
    s.set(VcpuState.IDTR_BASE, 0);
    s.set(VcpuState.IDTR_LIMIT, 0xffff);
    s.setCr(0, cr0);
    s.setCr(2, 0);
    s.setCr(3, 0);
    s.setCr(4, 0);
    s.setCr(8, 0);
    s.set(VcpuState.EFER, 0);
    for (int register = 0; register < 6; register++) {
      s.setDr(register, 0);
    }
    s.setDr(6, Debug.DR6_FIXED);
    s.setDr(7, Debug.DR7_FIXED);
    c.setCpl(0);
    c.setHalted(false);
    c.setShutdown(false);
    c.setNmiBlocked(false);
    c.setInterruptShadow(false);
    c.setPendingDebug(0);
    Debug.registersChanged(c);
    c.modeChanged();
  }
}
