package jvisor.cpu.system;

import java.util.Arrays;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Vcpu;

/**
 * Breakpoints, single step and the #DB they raise (SDM vol. 3, 17.2–17.3).
 *
 * <p>An engine that finds {@link #careful} runs one instruction at a time between {@link
 * #beforeInstruction} and {@link #afterInstruction}. Data and port breakpoints that the instruction
 * meets wait in {@link Vcpu#pendingDebug} until then.
 */
public final class Debug {
  /** Bits of DR6 that read as ones. */
  static final long DR6_FIXED = 0xffff_0ff0L;

  /** DR6: an access to a debug register while DR7.GD was set. */
  static final long DR6_BD = 1 << 13;

  /** DR6: single step. */
  static final long DR6_BS = 1 << 14;

  /** DR6: a task switch to a TSS with its T flag set. */
  static final long DR6_BT = 1 << 15;

  /** The bit of DR7 that reads as one. */
  static final long DR7_FIXED = 0x400;

  /** General detect: the next access to a debug register faults. */
  static final long DR7_GD = 1 << 13;

  private static final long DR7_ENABLES = 0xff;
  private static final long DR7_LOCAL = 0x155;

  /** Ours, beside the DR6 bits: the running instruction is MOV SS, which puts traps off. */
  private static final long POSTPONED = 1L << 62;

  /** Ours: the instruction before was MOV SS, so traps wait until this one is done. */
  private static final long HELD = 1L << 61;

  private static final long BITS = HELD - 1;

  private static final int EXECUTE = 0;
  private static final int PORT = 2;
  private static final int ACCESS = 3;

  private Debug() {}

  /** Whether a breakpoint is enabled. */
  public static boolean armed(Vcpu c) {
    return (c.state.dr(7) & DR7_ENABLES) != 0;
  }

  /** Whether instructions must run one by one: TF, RF, a breakpoint or a waiting trap. */
  public static boolean careful(Vcpu c) {
    return (c.state.systemFlags() & (Rflags.TF | Rflags.RF)) != 0
        || armed(c)
        || c.pendingDebug() != 0;
  }

  /**
   * Delivers what is due before the instruction at linear address {@code la}: traps still waiting,
   * then instruction breakpoints unless RF is set, with what MOV SS has held back. Answers whether
   * it delivered something, so that RIP has changed; else RF is clear afterwards.
   */
  public static boolean beforeInstruction(Vcpu c, long la) {
    long pending = c.pendingDebug();
    boolean held = (pending & HELD) != 0;
    if ((pending & BITS) != 0 && !held) {
      deliverPending(c);
      return true;
    }
    long flags = c.state.systemFlags();
    if ((flags & Rflags.RF) != 0) {
      c.state.setSystemFlags(flags & ~Rflags.RF);
      return false;
    }
    // Intel holds instruction breakpoints back after MOV SS, AMD does not.
    boolean open = armed(c) && (!held || c.model.isAmd());
    long hits = open ? match(c, EXECUTE, la, 1) : 0;
    if (hits == 0) {
      return false;
    }
    c.setPendingDebug(pending | hits);
    deliverPending(c);
    return true;
  }

  /**
   * Delivers the traps of an instruction that has completed.
   *
   * @param stepped whether TF was set when it began
   */
  public static void afterInstruction(Vcpu c, boolean stepped) {
    long pending = c.pendingDebug();
    if ((pending & POSTPONED) != 0) {
      c.setPendingDebug(pending & BITS | HELD);
      return;
    }
    if (stepped && (c.state.systemFlags() & Rflags.TF) != 0) {
      pending |= DR6_BS;
    }
    c.setPendingDebug(pending & BITS);
    if (c.pendingDebug() != 0) {
      deliverPending(c);
    }
  }

  /** The instruction faulted: its data breakpoints are void. */
  public static void faulted(Vcpu c) {
    c.setPendingDebug(0);
  }

  private static void deliverPending(Vcpu c) {
    long bits = c.pendingDebug() & BITS;
    c.setPendingDebug(0);
    report(c, bits);
    Delivery.trap(c, Vector.DB);
  }

  /** INT1: a trap of its own, which takes along what MOV SS has held back. */
  static void icebp(Vcpu c) {
    deliverPending(c);
  }

  private static void report(Vcpu c, long bits) {
    if (bits == 0) {
      return;
    }
    c.state.setDr(6, c.state.dr(6) & ~0xfL | bits);
  }

  /** MOV SS and POP SS: debug traps wait for the next instruction. */
  static void postpone(Vcpu c) {
    if (careful(c)) {
      c.setPendingDebug(c.pendingDebug() | POSTPONED);
    }
  }

  /** POPF or IRET is about to clear TF: the step that began with it set is still reported. */
  static void noteStep(Vcpu c, long newFlags) {
    if ((c.state.systemFlags() & Rflags.TF) != 0 && (newFlags & Rflags.TF) == 0) {
      c.setPendingDebug(c.pendingDebug() | DR6_BS);
    }
  }

  /** SYSRET traps at once if it has set TF: the flag counts at its end, not at its beginning. */
  static void stepAfterReturn(Vcpu c) {
    if ((c.state.systemFlags() & Rflags.TF) != 0) {
      c.setPendingDebug(c.pendingDebug() | DR6_BS);
    }
  }

  /** An instruction has reached {@code size} ports. */
  static void port(Vcpu c, int port, int size) {
    if (armed(c) && (c.state.cr(4) & Control.CR4_DE) != 0) {
      c.setPendingDebug(c.pendingDebug() | match(c, PORT, port, size));
    }
  }

  private static void data(Vcpu c, long la, int size, boolean write) {
    long hits = match(c, write ? 1 : ACCESS, la, size);
    if (hits != 0) {
      c.setPendingDebug(c.pendingDebug() | hits);
    }
  }

  /** The breakpoints (as DR6 bits) of a kind that overlap a range; kind 1 is a write. */
  private static long match(Vcpu c, int kind, long address, int size) {
    long dr7 = c.state.dr(7);
    long hits = 0;
    for (int n = 0; n < 4; n++) {
      int type = (int) (dr7 >>> 16 + 4 * n) & 3;
      boolean wanted = type == kind || type == ACCESS && kind == 1;
      if ((dr7 >>> 2 * n & 3) != 0 && wanted) {
        long length = type == EXECUTE ? 1 : length(dr7, n);
        long start = c.state.dr(n) & -length;
        if (address < start + length && start < address + size) {
          hits |= 1L << n;
        }
      }
    }
    return hits;
  }

  /** LENn: 1, 2, 8 or 4 bytes. */
  private static long length(long dr7, int n) {
    return switch ((int) (dr7 >>> 18 + 4 * n) & 3) {
      case 0 -> 1;
      case 1 -> 2;
      case 2 -> 8;
      default -> 4;
    };
  }

  /** A task switch clears the breakpoints that are local to a task. */
  static void clearLocal(Vcpu c) {
    if ((c.state.dr(7) & DR7_LOCAL) != 0) {
      c.state.setDr(7, c.state.dr(7) & ~DR7_LOCAL);
      registersChanged(c);
    }
  }

  /** DR0–DR7 have been written. */
  static void registersChanged(Vcpu c) {
    long dr7 = c.state.dr(7);
    long[] pages = new long[4];
    int count = 0;
    for (int n = 0; n < 4; n++) {
      int type = (int) (dr7 >>> 16 + 4 * n) & 3;
      if ((dr7 >>> 2 * n & 3) != 0 && (type & 1) != 0) {
        pages[count++] = c.state.dr(n) & -4096L;
      }
    }
    c.mmu.watchData((la, size, write) -> data(c, la, size, write), Arrays.copyOf(pages, count));
    c.attention.raise();
  }
}
