package jvisor.cpu.sse;

import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Operand;

/**
 * Where the operands of vector instructions are.
 *
 * <p>Registers and operands from memory are alike bytes at an hva, so that semantics do not care
 * which they got. The hva of a register stays valid; that of a memory operand is {@link
 * VcpuState#SCRATCH} and holds until the next operand is fetched.
 *
 * <p>Semantics name operands by their part in the operation: of {@code f(first, second)} the first
 * is the destination as it was, and the second the next operand.
 */
public final class VectorAccess {
  private static final int TOP = 0x3800;
  private static final int ALL_VALID = 0xff;
  private static final int MMX_EXPONENT = 0xffff;
  private static final int ALIGNMENT = 16;

  private VectorAccess() {}

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

  // ---------------------------------------------------------------- results

  /** The hva of the vector register that is the first operand. */
  public static long destination(Vcpu c, Insn i) {
    return xmm(c, i.a.index());
  }

  /** Writes the destination's low lane, with what becomes of the rest: {@link #isWide}. */
  public static void set(Vcpu c, Insn i, long lo, long hi) {
    set(c, i, i.a.index(), lo, hi);
  }

  /** Writes the low lane of register {@code index}, with what becomes of the rest. */
  static void set(Vcpu c, Insn i, int index, long lo, long hi) {
    setXmm(c, index, lo, hi);
  }

  /** Writes the destination: the low lane, or both if it has two. */
  public static void set(Vcpu c, Insn i, long r0, long r1, long r2, long r3) {
    setXmm(c, i.a.index(), r0, r1);
  }

  /**
   * Whether the destination, at hva {@code d}, has a second lane; if not, that of the YMM register
   * is left as the instruction has to leave it.
   */
  public static boolean isWide(Insn i, long d) {
    return false;
  }

  /** Element 0 of 32 bits of the destination; its other elements are those of the first source. */
  static void setSingle(Vcpu c, Insn i, int value) {
    HostMemory.putInt(destination(c, i), value);
  }

  /** Element 0 of 64 bits of the destination; its other elements are those of the first source. */
  static void setDouble(Vcpu c, Insn i, long value) {
    HostMemory.putLong(destination(c, i), value);
  }

  // ---------------------------------------------------------------- operands

  /** The hva of the first source of a binary operation, a register. */
  public static long first(Vcpu c, Insn i) {
    return xmm(c, i.a.index());
  }

  /** The second source of a binary operation, or the register or immediate that goes with it. */
  public static Operand second(Insn i) {
    return i.b;
  }

  /** The third source: the operand after the second. */
  public static Operand third(Insn i) {
    return i.c;
  }

  /** The hva of {@link #second(Insn)}; see {@link #source}. */
  public static long second(Vcpu c, Insn i) {
    return source(c, i, second(i));
  }

  /**
   * The hva of a source operand. Memory operands of 16 bytes must be aligned if the instruction
   * says so; shorter ones are extended with zeros to 16 bytes.
   */
  public static long source(Vcpu c, Insn i, Operand o) {
    return switch (o.kind()) {
      case VECTOR -> xmm(c, o.index());
      case MMX -> mmx(c, o.index());
      default -> {
        if (o.size() == 16) {
          long la = c.address(i, 16, false);
          checkAlignment(c, i, la);
          yield scratch(c, c.mmu.load64(la), c.mmu.load64(la + 8));
        }
        yield scratch(c, c.read(i, o), 0);
      }
    };
  }

  private static long scratch(Vcpu c, long lo, long hi) {
    long at = c.state.base + VcpuState.SCRATCH;
    HostMemory.putLong(at, lo);
    HostMemory.putLong(at + 8, hi);
    return at;
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

  /**
   * Checks the alignment of an operand of 16 bytes at the linear address {@code la}: #GP(0) for
   * instructions that ask for it, for others #AC(0) where that is checked.
   */
  public static void checkAlignment(Vcpu c, Insn i, long la) {
    if ((la & ALIGNMENT - 1) != 0) {
      checkMisaligned(c, i, la);
    }
  }

  private static void checkMisaligned(Vcpu c, Insn i, long la) {
    if (i.row.aligned()) {
      throw c.gp(0);
    }
    c.checkAlignment(la, ALIGNMENT);
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
