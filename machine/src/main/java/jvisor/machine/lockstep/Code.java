package jvisor.machine.lockstep;

import jvisor.cpu.state.Control;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.CodeMode;
import jvisor.platform.GuestMemory;

/**
 * A processor's code as seen from outside: reads without any effect on the guest, not even on the
 * accessed flags of its page tables, and without a look at access rights.
 */
final class Code {
  /** Bytes of the longest instruction. */
  static final int LONGEST = 15;

  private static final long ABSENT = -1;
  private static final long PRESENT = 1;
  private static final long LARGE = 1 << 7;
  private static final long ADDRESS = 0x000f_ffff_ffff_f000L;

  private Code() {}

  /**
   * Reads the bytes at {@code rip}, an offset in CS, up to {@link #LONGEST} of them.
   *
   * @return how many there are
   */
  static int read(Vcpu c, long rip, byte[] to) {
    boolean wide = c.codeMode() == CodeMode.BITS64;
    long la = wide ? rip : rip + c.state.segmentBase(Segment.CS) & 0xffff_ffffL;
    int inPage = (int) Math.min(LONGEST, GuestMemory.PAGE - (la & GuestMemory.PAGE - 1));
    int done = readPage(c, la, to, 0, inPage);
    if (done == inPage && done < LONGEST) {
      done += readPage(c, wide ? la + done : la + done & 0xffff_ffffL, to, done, LONGEST - done);
    }
    return done;
  }

  private static int readPage(Vcpu c, long la, byte[] to, int offset, int length) {
    long gpa = translate(c, la);
    if (gpa == ABSENT) {
      return 0;
    }
    c.mmu.memory().read(gpa, to, offset, length);
    return length;
  }

  /** The gpa at a linear address, whatever the rights, or {@link #ABSENT}. */
  private static long translate(Vcpu c, long la) {
    VcpuState s = c.state;
    if ((s.cr(0) & Control.CR0_PG) == 0) {
      return la;
    }
    if ((s.cr(4) & Control.CR4_PAE) == 0) {
      return legacy(c.mmu.memory(), s.cr(3) & 0xffff_f000L, la);
    }
    GuestMemory memory = c.mmu.memory();
    long table;
    if ((s.get(VcpuState.EFER) & Control.EFER_LMA) != 0) {
      long top = memory.read((s.cr(3) & ADDRESS) + ((la >>> 39 & 0x1ff) << 3), 8);
      long next = memory.read((top & ADDRESS) + ((la >>> 30 & 0x1ff) << 3), 8);
      if ((top & next & PRESENT) == 0) {
        return ABSENT;
      }
      if ((next & LARGE) != 0) {
        return next & ADDRESS & -(1L << 30) | la & (1L << 30) - 1;
      }
      table = next;
    } else {
      table = s.get(VcpuState.PDPTE + 8 * (int) (la >>> 30 & 3));
    }
    long directory = memory.read((table & ADDRESS) + ((la >>> 21 & 0x1ff) << 3), 8);
    if ((table & directory & PRESENT) == 0) {
      return ABSENT;
    }
    if ((directory & LARGE) != 0) {
      return directory & ADDRESS & -(1L << 21) | la & (1L << 21) - 1;
    }
    long page = memory.read((directory & ADDRESS) + ((la >>> 12 & 0x1ff) << 3), 8);
    return (page & PRESENT) == 0 ? ABSENT : page & ADDRESS | la & GuestMemory.PAGE - 1;
  }

  private static long legacy(GuestMemory memory, long root, long la) {
    long directory = memory.read(root + (la >>> 22 << 2), 4);
    if ((directory & PRESENT) == 0) {
      return ABSENT;
    }
    if ((directory & LARGE) != 0) {
      return directory & 0xffc0_0000L | la & 0x3f_ffff;
    }
    long page = memory.read((directory & 0xffff_f000L) + ((la >>> 12 & 0x3ff) << 2), 4);
    return (page & PRESENT) == 0 ? ABSENT : page & 0xffff_f000L | la & GuestMemory.PAGE - 1;
  }
}
