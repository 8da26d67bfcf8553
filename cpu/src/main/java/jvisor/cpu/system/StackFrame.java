package jvisor.cpu.system;

import jvisor.cpu.mmu.AccessMode;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.vcpu.Vcpu;

/**
 * Several values pushed at once on a stack that need not be the current one: first {@link #check},
 * which may fault, then the pushes, which may not.
 */
final class StackFrame {
  private static final int PAGE = 4096;

  private StackFrame() {}

  /** The rights of pushes at privilege level {@code cpl}, seen from the running code's. */
  static int mode(Vcpu c, int cpl) {
    if (cpl == 3) {
      return c.cpl() == 3 ? c.mmu.mode() : AccessMode.USER;
    }
    boolean ac = c.cpl() < 3 && (c.state.systemFlags() & Rflags.AC) != 0;
    return ac ? AccessMode.SUPERVISOR_AC : AccessMode.SUPERVISOR;
  }

  /** The bits of the stack pointer that a stack segment uses. */
  static long mask(int attributes) {
    return (attributes & Segment.BIG) != 0 ? 0xffff_ffffL : 0xffff;
  }

  /**
   * Proves that {@code count} pushes of {@code size} bytes fit below {@code sp}, or faults:
   * #SS(code) outside the segment, #PF by the rights the memory unit is set to.
   */
  static void check(
      Vcpu c, long base, long limit, int attributes, long sp, int size, int count, int code) {
    long mask = mask(attributes);
    long bytes = (long) size * count;
    long start = sp - bytes & mask;
    if (start + bytes - 1 <= mask) {
      if (!inside(attributes, limit, start, bytes)) {
        throw c.ss(code);
      }
      probe(c, base + start & 0xffff_ffffL, (int) bytes, size);
      return;
    }
    for (int n = 1; n <= count; n++) {
      long offset = sp - (long) n * size & mask;
      if (!inside(attributes, limit, offset, size)) {
        throw c.ss(code);
      }
      c.mmu.probeWrite(base + offset & 0xffff_ffffL, size);
    }
  }

  /** As {@link #check} for a 64-bit stack: #SS(code) outside canonical space. */
  static void check64(Vcpu c, long sp, int bytes, int code) {
    long start = sp - bytes;
    if (start << 16 >> 16 != start || sp - 1 << 16 >> 16 != sp - 1) {
      throw c.ss(code);
    }
    probe(c, start, bytes, 8);
  }

  /** In the order of the pushes, downwards, so that the first that fails is the one reported. */
  private static void probe(Vcpu c, long la, int bytes, int size) {
    long first = la + bytes - size;
    c.mmu.probeWrite(first, size);
    if ((la & PAGE - 1) + bytes > PAGE) {
      for (long at = first - size; at >= la; at -= size) {
        c.mmu.probeWrite(at, size);
      }
    }
  }

  /** Whether {@code length} bytes from {@code offset} lie in a data segment. */
  static boolean inside(int attributes, long limit, long offset, long length) {
    long last = offset + length - 1;
    boolean down = (attributes & (Segment.CODE | Segment.EXPAND_DOWN)) == Segment.EXPAND_DOWN;
    return down ? offset > limit && last <= mask(attributes) : last <= limit;
  }

  /** Pushes and answers the new stack pointer, cut by {@code mask}. */
  static long push(Vcpu c, long base, long mask, long sp, int size, long value) {
    long next = sp - size & mask;
    c.mmu.store(base + next & 0xffff_ffffL, size, value);
    return next;
  }

  /** Pushes eight bytes on a 64-bit stack and answers the new stack pointer. */
  static long push64(Vcpu c, long sp, long value) {
    c.mmu.store64(sp - 8, value);
    return sp - 8;
  }
}
