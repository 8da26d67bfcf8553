package jvisor.cpu.x87;

import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.softfloat.SoftFloat80;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;

/**
 * The state of the FPU and what all of its instructions have in common (SDM vol. 1, 8.1 and 8.7).
 */
public final class Fpu {
  /** Stack fault in the status word. */
  static final int SF = 0x40;

  /** Exception summary: an unmasked exception is pending. */
  static final int ES = 0x80;

  static final int C0 = 0x100;
  static final int C1 = 0x200;
  static final int C2 = 0x400;
  static final int C3 = 0x4000;

  /** The four condition codes. */
  static final int CODES = C0 | C1 | C2 | C3;

  /** Busy, a copy of ES since the 287. */
  static final int BUSY = 0x8000;

  private static final int TOP_SHIFT = 11;
  private static final int TOP = 7 << TOP_SHIFT;

  private Fpu() {}

  // ---------------------------------------------------------------- conditions

  /**
   * Begins a waiting instruction: #NM, or #MF if an exception is pending; then prepares {@code
   * c.fp}.
   */
  static void enter(Vcpu c) {
    enterQuietly(c);
    checkPending(c);
    c.fp.loadControlWord(control(c));
  }

  /** Begins an instruction that does not wait for pending exceptions: #NM only. */
  static void enterQuietly(Vcpu c) {
    if ((c.state.cr(0) & (Control.CR0_EM | Control.CR0_TS)) != 0) {
      throw c.nm();
    }
  }

  /** Raises #MF if an unmasked exception is pending and CR0.NE is set. */
  public static void checkPending(Vcpu c) {
    if ((status(c) & ES) != 0 && (c.state.cr(0) & Control.CR0_NE) != 0) {
      throw c.exception(Vector.MF);
    }
  }

  // ---------------------------------------------------------------- words

  static int control(Vcpu c) {
    return HostMemory.getShort(c.state.base + VcpuState.FCW);
  }

  /** Writes the control word, with the reserved bits as hardware has them, and finds ES anew. */
  static void setControl(Vcpu c, int word) {
    HostMemory.putShort(c.state.base + VcpuState.FCW, word & 0x1f3f | 0x40);
    setStatus(c, status(c));
  }

  static int status(Vcpu c) {
    return HostMemory.getShort(c.state.base + VcpuState.FSW);
  }

  /** Writes the status word; ES and busy follow from flags and masks. */
  static void setStatus(Vcpu c, int word) {
    boolean pending = (word & ~control(c) & FpEnv.ALL) != 0;
    int summary = pending ? ES | BUSY : 0;
    HostMemory.putShort(c.state.base + VcpuState.FSW, word & ~(ES | BUSY) | summary);
  }

  static void clearCodes(Vcpu c, int codes) {
    setStatus(c, status(c) & ~codes);
  }

  /** One bit for each physical register, set if it is not empty. */
  static int tags(Vcpu c) {
    return HostMemory.getByte(c.state.base + VcpuState.FTW);
  }

  static void setTags(Vcpu c, int tags) {
    HostMemory.putByte(c.state.base + VcpuState.FTW, tags);
  }

  /** The number of the physical register that is ST(0). */
  static int top(Vcpu c) {
    return status(c) >>> TOP_SHIFT & 7;
  }

  static void setTop(Vcpu c, int top) {
    long at = c.state.base + VcpuState.FSW;
    HostMemory.putShort(at, HostMemory.getShort(at) & ~TOP | (top & 7) << TOP_SHIFT);
  }

  // ---------------------------------------------------------------- registers

  /** The hva of ST({@code n}): 8 bytes of significand, then 2 of sign and exponent. */
  static long register(Vcpu c, int n) {
    return c.state.base + VcpuState.X87 + 16L * (top(c) + n & 7);
  }

  static long significand(Vcpu c, int n) {
    return HostMemory.getLong(register(c, n));
  }

  static int signExponent(Vcpu c, int n) {
    return HostMemory.getShort(register(c, n) + 8);
  }

  static boolean isEmpty(Vcpu c, int n) {
    return (tags(c) >>> (top(c) + n & 7) & 1) == 0;
  }

  /** Writes ST({@code n}) and tags it as not empty. */
  static void set(Vcpu c, int n, long significand, int signExponent) {
    long at = register(c, n);
    HostMemory.putLong(at, significand);
    HostMemory.putShort(at + 8, signExponent);
    setTags(c, tags(c) | 1 << (top(c) + n & 7));
  }

  static void free(Vcpu c, int n) {
    setTags(c, tags(c) & ~(1 << (top(c) + n & 7)));
  }

  static void pop(Vcpu c) {
    free(c, 0);
    setTop(c, top(c) + 1);
  }

  // ---------------------------------------------------------------- ends of instructions

  /**
   * Reports what {@code c.fp} found, in the status word and the pointers. C1 is set if the result
   * was rounded up; the other condition codes stay.
   */
  static void report(Vcpu c, Insn i) {
    report(c, i, c.fp.roundedUp() ? C1 : 0, C1);
  }

  /** The same, with the condition codes in {@code mask} replaced by {@code codes}. */
  static void report(Vcpu c, Insn i, int codes, int mask) {
    record(c, i);
    setStatus(c, status(c) & ~mask | codes | c.fp.flags());
  }

  /** Records a stack fault: IE and SF, with C1 telling overflow from underflow. */
  static void stackFault(Vcpu c, Insn i, boolean overflow) {
    c.fp.raise(FpEnv.IE);
    record(c, i);
    setStatus(c, status(c) & ~C1 | (overflow ? C1 : 0) | SF | c.fp.flags());
  }

  /**
   * Ends an instruction whose result for ST({@code n}) is in {@code c.fp}: reports, and unless an
   * unmasked exception prevents it, writes the register and pops.
   */
  static void finish(Vcpu c, Insn i, int n, int pops) {
    report(c, i);
    deliver(c, n, pops);
  }

  /** Ends an instruction that found ST({@code n}) or its other operand empty. */
  static void underflow(Vcpu c, Insn i, int n, int pops) {
    stackFault(c, i, false);
    SoftFloat80.indefinite(c.fp);
    deliver(c, n, pops);
  }

  private static void deliver(Vcpu c, int n, int pops) {
    FpEnv e = c.fp;
    if (!e.suppressed()) {
      set(c, n, e.significand(), e.signExponent());
      for (int i = 0; i < pops; i++) {
        pop(c);
      }
    }
  }

  /**
   * Ends a load, which pushes the number in {@code c.fp}; a stack overflow replaces it. An unmasked
   * DE does not keep it from being pushed, an unmasked IE does.
   */
  static void finishLoad(Vcpu c, Insn i) {
    if (!isEmpty(c, 7)) {
      c.fp.forget(FpEnv.ALL);
      stackFault(c, i, true);
      SoftFloat80.indefinite(c.fp);
    } else {
      report(c, i);
    }
    if ((c.fp.unmaskedFlags() & FpEnv.IE) == 0) {
      push(c);
    }
  }

  /** Pushes the number in {@code c.fp}. */
  static void push(Vcpu c) {
    setTop(c, top(c) - 1);
    set(c, 0, c.fp.significand(), c.fp.signExponent());
  }

  /** Records where this instruction and its memory operand are. */
  private static void record(Vcpu c, Insn i) {
    VcpuState s = c.state;
    if (c.fp.unmasked()) {
      HostMemory.putShort(s.base + VcpuState.FOP, opcode(c, i));
    }
    s.set(VcpuState.FIP, c.insnRip(i));
    HostMemory.putShort(s.base + VcpuState.FCS, s.selector(Segment.CS));
    if (i.hasMemory()) {
      s.set(VcpuState.FDP, c.offset(i));
      HostMemory.putShort(s.base + VcpuState.FDS, s.selector(i.segment));
    }
  }

  /**
   * The 11 opcode bits that FOP keeps. Decoding does not keep ModRM, so they are read from memory
   * again; that may fault, and so comes before any change.
   */
  private static int opcode(Vcpu c, Insn i) {
    long rip = c.insnRip(i);
    for (int n = 0; n + 1 < i.length; n++) {
      int first = c.mmu.load8(code(c, rip + n));
      if ((first & 0xf8) == 0xd8) {
        return (first & 7) << 8 | c.mmu.load8(code(c, rip + n + 1));
      }
    }
    return 0;
  }

  private static long code(Vcpu c, long rip) {
    return c.is64Bit() ? rip : c.state.segmentBase(Segment.CS) + rip & 0xffff_ffffL;
  }
}
