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
 * <p>Semantics name operands by their part in the operation. Of {@code f(first, second)} the first
 * is the destination as it was, and the second the next operand; with VEX these are the second and
 * the third operand. A unary operation has the second operand for source in either form.
 */
public final class VectorAccess {
  private static final int TOP = 0x3800;
  private static final int ALL_VALID = 0xff;
  private static final int MMX_EXPONENT = 0xffff;
  private static final int ALIGNMENT = 16;
  private static final int WIDE = 32;

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

  /** Writes an XMM register as SSE does: the upper half of the YMM register stays. */
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

  /** Writes the destination's low lane; the other becomes zero if there is VEX. */
  public static void set(Vcpu c, Insn i, long lo, long hi) {
    set(c, i, i.a.index(), lo, hi);
  }

  /** Writes the low lane of register {@code index}; the other becomes zero if there is VEX. */
  static void set(Vcpu c, Insn i, int index, long lo, long hi) {
    long d = xmm(c, index);
    HostMemory.putLong(d, lo);
    HostMemory.putLong(d + 8, hi);
    if (i.vex) {
      clearUpper(d);
    }
  }

  /** Writes the destination: both lanes if there is VEX, else the low one alone. */
  public static void set(Vcpu c, Insn i, long r0, long r1, long r2, long r3) {
    long d = destination(c, i);
    HostMemory.putLong(d, r0);
    HostMemory.putLong(d + 8, r1);
    if (i.vex) {
      HostMemory.putLong(d + 16, r2);
      HostMemory.putLong(d + 24, r3);
    }
  }

  /**
   * Whether the destination, at hva {@code d}, has a second lane. If not, that of the YMM register
   * becomes zero if there is VEX, and stays otherwise.
   */
  public static boolean isWide(Insn i, long d) {
    if (!i.vex) {
      return false;
    }
    if (i.a.size() == WIDE) {
      return true;
    }
    clearUpper(d);
    return false;
  }

  /** Zeroes the upper lane of the vector register at hva {@code d}. */
  public static void clearUpper(long d) {
    HostMemory.putLong(d + 16, 0);
    HostMemory.putLong(d + 24, 0);
  }

  /** Element 0 of 32 bits of the destination; its other elements are those of the first source. */
  public static void setSingle(Vcpu c, Insn i, int value) {
    if (i.vex) {
      long a = first(c, i);
      long lo = HostMemory.getLong(a) & ~0xffff_ffffL | value & 0xffff_ffffL;
      set(c, i, lo, HostMemory.getLong(a + 8));
    } else {
      HostMemory.putInt(destination(c, i), value);
    }
  }

  /** Element 0 of 64 bits of the destination; its other elements are those of the first source. */
  public static void setDouble(Vcpu c, Insn i, long value) {
    if (i.vex) {
      set(c, i, value, HostMemory.getLong(first(c, i) + 8));
    } else {
      HostMemory.putLong(destination(c, i), value);
    }
  }

  // ---------------------------------------------------------------- operands

  /** The hva of the first source of a binary operation, a register. */
  public static long first(Vcpu c, Insn i) {
    return xmm(c, i.vex ? i.b.index() : i.a.index());
  }

  /** The second source of a binary operation, or the register or immediate that goes with it. */
  public static Operand second(Insn i) {
    return i.vex ? i.c : i.b;
  }

  /** The third source: the operand after the second. */
  public static Operand third(Insn i) {
    return i.vex ? i.d : i.c;
  }

  /** The hva of {@link #second(Insn)}; see {@link #source}. */
  public static long second(Vcpu c, Insn i) {
    return source(c, i, second(i));
  }

  /**
   * The hva of a source operand. Memory operands of 16 or 32 bytes must be aligned if the
   * instruction says so; shorter ones are extended with zeros to 16 bytes.
   */
  public static long source(Vcpu c, Insn i, Operand o) {
    return switch (o.kind()) {
      case VECTOR -> xmm(c, o.index());
      case MMX -> mmx(c, o.index());
      default -> {
        if (o.size() == 16) {
          long la = address(c, i, 16, false);
          yield scratch(c, c.mmu.load64(la), c.mmu.load64(la + 8));
        }
        if (o.size() == WIDE) {
          yield wideSource(c, i);
        }
        yield scratch(c, c.read(i, o), 0);
      }
    };
  }

  private static long wideSource(Vcpu c, Insn i) {
    long la = address(c, i, WIDE, false);
    long r0 = c.mmu.load64(la);
    long r1 = c.mmu.load64(la + 8);
    long r2 = c.mmu.load64(la + 16);
    long r3 = c.mmu.load64(la + 24);
    long at = scratch(c, r0, r1);
    HostMemory.putLong(at + 16, r2);
    HostMemory.putLong(at + 24, r3);
    return at;
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

  /** The immediate byte, 0–255, which is the last operand. */
  public static int immediate(Insn i) {
    Operand o = i.d.kind() == Operand.Kind.IMMEDIATE ? i.d : i.c;
    return (int) o.value() & 0xff;
  }

  /**
   * The linear address of a memory operand of {@code size} = 16 or 32 bytes, checked for reading or
   * writing. For instructions that ask for alignment, #GP(0) comes before all that the segment may
   * have to say; for others #AC(0) where that is checked, for which 16 is enough.
   */
  public static long address(Vcpu c, Insn i, int size, boolean write) {
    long offset = c.offset(i);
    if (i.row.aligned() && (c.unchecked(i.segment, offset) & size - 1) != 0) {
      throw c.gp(0);
    }
    long la = c.linear(i.segment, offset, size, write);
    c.checkAlignment(la, ALIGNMENT);
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

  /** Stores the 32 bytes at hva {@code from} at any linear address, completely or not at all. */
  public static void storeWide(Vcpu c, long la, long from) {
    if ((la & 0xfff) > 0xfe0) {
      c.mmu.probeWrite(la, WIDE);
    }
    for (int at = 0; at < WIDE; at += 8) {
      c.mmu.store64(la + at, HostMemory.getLong(from + at));
    }
  }
}
