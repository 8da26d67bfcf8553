package jvisor.cpu.system;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * SYSCALL, SYSRET, SYSENTER and SYSEXIT (SDM vol. 3, 5.8.7–5.8.8; AMD APM vol. 2, 6.1), by the
 * vendor's rules: AMD has SYSCALL in every protected mode and SYSENTER outside long mode only,
 * Intel the reverse.
 */
public final class SystemCalls {
  private static final int FLAT_CODE = 0x9b00 | Segment.GRANULAR;
  private static final int FLAT_DATA = 0x9300 | Segment.GRANULAR | Segment.BIG;
  private static final long FLAT_LIMIT = 0xffff_ffffL;
  private static final long SYSRET_FLAGS = 0x3c_7fd7;

  private SystemCalls() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.SYSCALL, SystemCalls::syscall)
        .bind(Mnemonic.SYSRET, SystemCalls::sysret)
        .bind(Mnemonic.SYSENTER, SystemCalls::sysenter)
        .bind(Mnemonic.SYSEXIT, SystemCalls::sysexit);
  }

  private static void requireSyscall(Vcpu c) {
    boolean mode = c.model.isAmd() ? c.isProtected() : c.is64Bit();
    if (!mode || (c.state.get(VcpuState.EFER) & Control.EFER_SCE) == 0) {
      throw c.ud();
    }
  }

  private static void syscall(Vcpu c, Insn i) {
    requireSyscall(c);
    VcpuState s = c.state;
    int selector = codeSelector(c);
    if (c.isLongMode()) {
      long target = s.get(c.is64Bit() ? VcpuState.LSTAR : VcpuState.CSTAR);
      long flags = c.rflags() & ~Rflags.RF;
      s.setReg(1, s.rip());
      s.setReg(11, flags);
      c.setRflags(flags & ~s.get(VcpuState.FMASK), -1L);
      enter(c, selector, Segment.LONG);
      s.setRip(target);
    } else {
      s.setReg(1, 4, s.rip());
      c.setRflags(0, Rflags.IF | Rflags.RF | Rflags.VM);
      enter(c, selector, Segment.BIG);
      s.setRip(s.get(VcpuState.STAR) & 0xffff_ffffL);
    }
    c.modeChanged();
  }

  /** SYSCALL of 64-bit code has been done but for CS, SS and the privilege level. */
  public static void entered(Vcpu c) {
    enter(c, codeSelector(c), Segment.LONG);
    c.modeChanged();
  }

  /** What SYSCALL loads into CS. */
  public static int codeSelector(Vcpu c) {
    return (int) (c.state.get(VcpuState.STAR) >>> 32) & 0xfffc;
  }

  /** Whether CS is as SYSCALL of 64-bit code leaves it. */
  public static boolean hasCode(Vcpu c) {
    return is(c, Segment.CS, codeSelector(c), FLAT_LIMIT, FLAT_CODE | Segment.LONG);
  }

  /** Whether SS is as SYSCALL of 64-bit code leaves it. */
  public static boolean hasStack(Vcpu c) {
    return is(c, Segment.SS, codeSelector(c) + 8 & 0xffff, FLAT_LIMIT, FLAT_DATA);
  }

  /** Whether SS is the null one of privilege level 0. */
  public static boolean hasNullStack(Vcpu c) {
    return is(c, Segment.SS, 0, 0, Segment.UNUSABLE);
  }

  private static boolean is(Vcpu c, int segment, int selector, long limit, int attributes) {
    VcpuState s = c.state;
    return s.selector(segment) == selector
        && s.segmentBase(segment) == 0
        && s.segmentLimit(segment) == limit
        && s.segmentAttributes(segment) == attributes;
  }

  /** SYSRET to 64-bit code has been done but for CS, SS and the privilege level. */
  public static void returned(Vcpu c) {
    int selector = (int) (c.state.get(VcpuState.STAR) >>> 48);
    leave(c, selector + 16, selector + 8, Segment.LONG);
    c.modeChanged();
  }

  /** Flat segments for privilege level 0: {@code selector} and the one above it. */
  private static void enter(Vcpu c, int selector, int codeSize) {
    c.state.setSegment(Segment.CS, selector, 0, FLAT_LIMIT, FLAT_CODE | codeSize);
    c.state.setSegment(Segment.SS, selector + 8 & 0xffff, 0, FLAT_LIMIT, FLAT_DATA);
    c.setCpl(0);
  }

  /** Flat segments for privilege level 3. */
  private static void leave(Vcpu c, int code, int stack, int codeSize) {
    int dpl3 = 3 << Segment.DPL_SHIFT;
    c.state.setSegment(Segment.CS, code & 0xffff | 3, 0, FLAT_LIMIT, FLAT_CODE | codeSize | dpl3);
    c.state.setSegment(Segment.SS, stack & 0xffff | 3, 0, FLAT_LIMIT, FLAT_DATA | dpl3);
    c.setCpl(3);
  }

  private static void sysret(Vcpu c, Insn i) {
    requireSyscall(c);
    c.requireCpl0();
    VcpuState s = c.state;
    int selector = (int) (s.get(VcpuState.STAR) >>> 48);
    boolean wide = i.operandSize == 8 && c.is64Bit();
    long rip = wide ? s.reg(1) : s.reg(1, 4);
    if (!c.model.isAmd() && rip << 16 >> 16 != rip) {
      throw c.gp(0);
    }
    if (c.isLongMode()) {
      c.setRflags(s.reg(11) & SYSRET_FLAGS, -1L);
    } else {
      c.setRflags(Rflags.IF, Rflags.IF);
    }
    leave(c, wide ? selector + 16 : selector, selector + 8, wide ? Segment.LONG : Segment.BIG);
    s.setRip(rip);
    c.modeChanged();
    Debug.stepAfterReturn(c);
  }

  private static int sysenterSelector(Vcpu c) {
    if (c.model.isAmd() && c.isLongMode()) {
      throw c.ud();
    }
    int selector = (int) c.state.get(VcpuState.SYSENTER_CS) & 0xfffc;
    if ((c.state.cr(0) & Control.CR0_PE) == 0 || selector == 0) {
      throw c.gp(0);
    }
    return selector;
  }

  private static void sysenter(Vcpu c, Insn i) {
    int selector = sysenterSelector(c);
    VcpuState s = c.state;
    boolean wide = c.isLongMode();
    c.setRflags(0, Rflags.IF | Rflags.RF | Rflags.VM);
    enter(c, selector, wide ? Segment.LONG : Segment.BIG);
    long mask = wide ? -1L : 0xffff_ffffL;
    s.setReg(4, s.get(VcpuState.SYSENTER_ESP) & mask);
    s.setRip(s.get(VcpuState.SYSENTER_EIP) & mask);
    c.modeChanged();
  }

  private static void sysexit(Vcpu c, Insn i) {
    int selector = sysenterSelector(c);
    c.requireCpl0();
    VcpuState s = c.state;
    boolean wide = i.operandSize == 8 && c.is64Bit();
    int size = wide ? 8 : 4;
    long rip = s.reg(2, size);
    long rsp = s.reg(1, size);
    if (rip << 16 >> 16 != rip || rsp << 16 >> 16 != rsp) {
      throw c.gp(0);
    }
    int base = wide ? selector + 32 : selector + 16;
    leave(c, base, base + 8, wide ? Segment.LONG : Segment.BIG);
    s.setReg(4, rsp);
    s.setRip(rip);
    c.modeChanged();
  }
}
