package jvisor.cpu.sse;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Operand;

/**
 * What all vector instructions have in common: when they may run, and where their operands are.
 *
 * <p>Registers and operands from memory are alike 16 bytes at an hva, so that semantics do not care
 * which they got. The hva of a register stays valid; that of a memory operand is {@link
 * VcpuState#SCRATCH} and holds until the next operand is fetched.
 */
public final class VectorAccess {
  private static final int TOP = 0x3800;
  private static final int ERROR_SUMMARY = 0x80;
  private static final int ALL_VALID = 0xff;
  private static final int MMX_EXPONENT = 0xffff;

  private VectorAccess() {}

  // ---------------------------------------------------------------- conditions

  /** Faults unless instructions on XMM registers may run: #UD before #NM. */
  public static void enter(Vcpu c) {
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
      enter(c);
    }
    return mmx;
  }

  private static GuestFault unavailable(Vcpu c, boolean undefined) {
    return undefined ? c.ud() : c.nm();
  }

  // ---------------------------------------------------------------- registers

  /** The hva of the 16 bytes of XMM register {@code index}. */
  public static long xmm(Vcpu c, int index) {
    return c.state.base + VcpuState.VECTOR + (long) index * VcpuState.VECTOR_STRIDE;
  }

  /** The hva of the 8 bytes of MMX register {@code index}. */
  public static long mmx(Vcpu c, int index) {
    return c.state.base + VcpuState.X87 + 16L * index;
  }

  /** Writes an XMM register; the upper half of the YMM register stays. */
  public static void setXmm(Vcpu c, int index, long lo, long hi) {
    long at = xmm(c, index);
    HostMemory.putLong(at, lo);
    HostMemory.putLong(at + 8, hi);
  }

  /** Writes an MMX register with all that comes with it (SDM vol. 1, 9.5). */
  public static void setMmx(Vcpu c, int index, long value) {
    long at = mmx(c, index);
    HostMemory.putLong(at, value);
    HostMemory.putShort(at + 8, MMX_EXPONENT);
    usedMmx(c);
  }

  /** What every MMX instruction but EMMS does to the x87 state: TOP = 0, all registers valid. */
  public static void usedMmx(Vcpu c) {
    long fsw = c.state.base + VcpuState.FSW;
    HostMemory.putShort(fsw, HostMemory.getShort(fsw) & ~TOP);
    HostMemory.putByte(c.state.base + VcpuState.FTW, ALL_VALID);
  }

  // ---------------------------------------------------------------- operands

  /**
   * The hva of a source operand. Memory operands of 16 bytes must be aligned (#GP(0)); shorter ones
   * are extended with zeros to 16 bytes.
   */
  public static long source(Vcpu c, Insn i, Operand o) {
    return switch (o.kind()) {
      case VECTOR -> xmm(c, o.index());
      case MMX -> mmx(c, o.index());
      default -> {
        if (o.size() == 16) {
          long la = alignedAddress(c, i, false);
          yield scratch(c, c.mmu.load64(la), c.mmu.load64(la + 8));
        }
        yield scratch(c, c.read(i, o), 0);
      }
    };
  }

  /** The hva of a source operand of 16 bytes that need not be aligned in memory. */
  public static long unalignedSource(Vcpu c, Insn i, Operand o) {
    if (!o.isMemory()) {
      return xmm(c, o.index());
    }
    long la = c.address(i, 16, false);
    return scratch(c, c.mmu.load64(la), c.mmu.load64(la + 8));
  }

  /** The low 8 bytes of a register, or a memory operand or general register of up to 8 bytes. */
  public static long scalar(Vcpu c, Insn i, Operand o) {
    return switch (o.kind()) {
      case VECTOR -> HostMemory.getLong(xmm(c, o.index()));
      case MMX -> HostMemory.getLong(mmx(c, o.index()));
      default -> c.read(i, o);
    };
  }

  /** The immediate byte, 0–255, which is the third operand. */
  public static int immediate(Insn i) {
    return (int) i.c.value() & 0xff;
  }

  private static long scratch(Vcpu c, long lo, long hi) {
    long at = c.state.base + VcpuState.SCRATCH;
    HostMemory.putLong(at, lo);
    HostMemory.putLong(at + 8, hi);
    return at;
  }

  /** The linear address of the memory operand of 16 bytes: #GP(0) unless aligned. */
  public static long alignedAddress(Vcpu c, Insn i, boolean write) {
    long la = c.address(i, 16, write);
    if ((la & 15) != 0) {
      throw c.gp(0);
    }
    return la;
  }

  /** Stores 16 bytes at any linear address, completely or not at all. */
  public static void store(Vcpu c, long la, long lo, long hi) {
    if ((la & 0xfff) > 0xff0) {
      c.mmu.probeWrite(la, 16);
    }
    c.mmu.store64(la, lo);
    c.mmu.store64(la + 8, hi);
  }
}
