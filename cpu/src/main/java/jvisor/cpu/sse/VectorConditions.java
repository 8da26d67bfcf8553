package jvisor.cpu.sse;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Operand;

/** When vector instructions may run: #UD before #NM before #MF. */
public final class VectorConditions {
  private static final int ERROR_SUMMARY = 0x80;

  /** XCR0's bits for SSE and AVX state. */
  private static final long SSE_AND_AVX = 6;

  private VectorConditions() {}

  /** Faults unless this instruction on XMM registers may run. */
  public static void enter(Vcpu c, Insn i) {
    if (i.vex) {
      enterAvx(c);
    } else {
      enterSse(c);
    }
  }

  /**
   * Faults unless vector instructions with VEX may run (SDM vol. 2, 2.7): in protected mode, with
   * SSE and AVX state enabled, whatever CR0.EM says.
   */
  public static void enterAvx(Vcpu c) {
    boolean enabled =
        (c.state.cr(4) & Control.CR4_OSXSAVE) != 0
            && (c.state.get(VcpuState.XCR0) & SSE_AND_AVX) == SSE_AND_AVX;
    if (!enabled || c.isRealOrVirtual8086()) {
      throw c.ud();
    }
    if ((c.state.cr(0) & Control.CR0_TS) != 0) {
      throw c.nm();
    }
  }

  /** Faults unless SSE instructions, which have no VEX prefix, may run. */
  public static void enterSse(Vcpu c) {
    long cr0 = c.state.cr(0);
    long cr4 = c.state.cr(4);
    if ((cr0 & (Control.CR0_EM | Control.CR0_TS) | ~cr4 & Control.CR4_OSFXSR) != 0) {
      throw unavailable(c, (cr0 & Control.CR0_EM) != 0 || (cr4 & Control.CR4_OSFXSR) == 0);
    }
  }

  /** Faults unless instructions on MMX registers may run: #UD, #NM, or #MF pending from x87. */
  public static void enterMmx(Vcpu c) {
    long cr0 = c.state.cr(0);
    if ((cr0 & (Control.CR0_EM | Control.CR0_TS)) != 0) {
      throw unavailable(c, (cr0 & Control.CR0_EM) != 0);
    }
    boolean pending = (HostMemory.getShort(c.state.base + VcpuState.FSW) & ERROR_SUMMARY) != 0;
    if (pending && (cr0 & Control.CR0_NE) != 0) {
      throw c.exception(Vector.MF);
    }
  }

  /** {@link #enterMmx} if one of the first two operands is an MMX register, which it answers. */
  public static boolean enterEither(Vcpu c, Insn i) {
    boolean mmx = i.a.kind() == Operand.Kind.MMX || i.b.kind() == Operand.Kind.MMX;
    if (mmx) {
      enterMmx(c);
    } else {
      enter(c, i);
    }
    return mmx;
  }

  private static GuestFault unavailable(Vcpu c, boolean undefined) {
    return undefined ? c.ud() : c.nm();
  }
}
