package jvisor.cpu.system;

import jvisor.cpu.mmu.Mmu;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;

/**
 * The first 512 bytes of a save area (SDM vol. 1, table 10-2 and 13.4.1). Callers have proved that
 * the area can be reached, so nothing here faults but {@link #checkMxcsr}.
 */
final class LegacyArea {
  private static final int MXCSR = 24;
  private static final int MXCSR_MASK = 0xffff;
  private static final int ST = 32;
  private static final int XMM = 160;
  private static final int INITIAL_FCW = 0x37f;

  private LegacyArea() {}

  private static int top(VcpuState s) {
    return HostMemory.getShort(s.base + VcpuState.FSW) >> 11 & 7;
  }

  static void saveX87(Vcpu c, long la, boolean wide) {
    VcpuState s = c.state;
    Mmu m = c.mmu;
    m.store16(la, HostMemory.getShort(s.base + VcpuState.FCW));
    m.store16(la + 2, HostMemory.getShort(s.base + VcpuState.FSW));
    m.store16(la + 4, HostMemory.getByte(s.base + VcpuState.FTW));
    m.store16(la + 6, HostMemory.getShort(s.base + VcpuState.FOP));
    savePointer(c, la + 8, VcpuState.FIP, VcpuState.FCS, wide);
    savePointer(c, la + 16, VcpuState.FDP, VcpuState.FDS, wide);
    int top = top(s);
    for (int n = 0; n < 8; n++) {
      long from = s.base + VcpuState.X87 + 16L * (top + n & 7);
      m.store64(la + ST + 16L * n, HostMemory.getLong(from));
      m.store64(la + ST + 16L * n + 8, HostMemory.getShort(from + 8));
    }
  }

  private static void savePointer(Vcpu c, long la, int offset, int selector, boolean wide) {
    long pointer = c.state.get(offset);
    long high = (long) HostMemory.getShort(c.state.base + selector) << 32;
    c.mmu.store64(la, wide ? pointer : pointer & 0xffff_ffffL | high);
  }

  static void restoreX87(Vcpu c, long la, boolean wide) {
    VcpuState s = c.state;
    Mmu m = c.mmu;
    HostMemory.putShort(s.base + VcpuState.FCW, m.load16(la) & 0x1f7f | 0x40);
    HostMemory.putShort(s.base + VcpuState.FSW, m.load16(la + 2));
    HostMemory.putShort(s.base + VcpuState.FTW, m.load8(la + 4));
    HostMemory.putShort(s.base + VcpuState.FOP, m.load16(la + 6) & 0x7ff);
    restorePointer(c, la + 8, VcpuState.FIP, VcpuState.FCS, wide);
    restorePointer(c, la + 16, VcpuState.FDP, VcpuState.FDS, wide);
    int top = top(s);
    for (int n = 0; n < 8; n++) {
      long to = s.base + VcpuState.X87 + 16L * (top + n & 7);
      HostMemory.putLong(to, m.load64(la + ST + 16L * n));
      HostMemory.putLong(to + 8, m.load16(la + ST + 16L * n + 8));
    }
    fixSummary(s);
  }

  /** ES and B always agree with the flags and their masks (SDM vol. 1, 8.1.3.3). */
  private static void fixSummary(VcpuState s) {
    int fsw = HostMemory.getShort(s.base + VcpuState.FSW) & 0x7f7f;
    int fcw = HostMemory.getShort(s.base + VcpuState.FCW);
    boolean pending = (fsw & ~fcw & 0x3f) != 0;
    HostMemory.putShort(s.base + VcpuState.FSW, pending ? fsw | 0x8080 : fsw);
  }

  private static void restorePointer(Vcpu c, long la, int offset, int selector, boolean wide) {
    long value = c.mmu.load64(la);
    c.state.set(offset, wide ? value : value & 0xffff_ffffL);
    HostMemory.putShort(c.state.base + selector, wide ? 0 : (int) (value >>> 32));
  }

  static void initializeX87(VcpuState s) {
    HostMemory.putShort(s.base + VcpuState.FCW, INITIAL_FCW);
    HostMemory.putShort(s.base + VcpuState.FSW, 0);
    HostMemory.putShort(s.base + VcpuState.FTW, 0);
    HostMemory.putShort(s.base + VcpuState.FOP, 0);
    s.set(VcpuState.FIP, 0);
    s.set(VcpuState.FDP, 0);
    HostMemory.putInt(s.base + VcpuState.FCS, 0);
    HostMemory.fill(s.base + VcpuState.X87, 128, 0);
  }

  static boolean isX87Initial(VcpuState s) {
    long registers = 0;
    for (int n = 0; n < 16; n++) {
      registers |= s.get(VcpuState.X87 + 8 * n);
    }
    return registers == 0
        && HostMemory.getShort(s.base + VcpuState.FCW) == INITIAL_FCW
        && HostMemory.getShort(s.base + VcpuState.FSW) == 0
        && HostMemory.getByte(s.base + VcpuState.FTW) == 0
        && HostMemory.getShort(s.base + VcpuState.FOP) == 0
        && s.get(VcpuState.FIP) == 0
        && s.get(VcpuState.FDP) == 0;
  }

  static void saveMxcsr(Vcpu c, long la) {
    c.mmu.store32(la + MXCSR, c.state.mxcsr());
    c.mmu.store32(la + MXCSR + 4, MXCSR_MASK);
  }

  /** #GP(0) if the area's MXCSR has reserved bits. */
  static void checkMxcsr(Vcpu c, long la) {
    if ((c.mmu.load32(la + MXCSR) & ~MXCSR_MASK) != 0) {
      throw c.gp(0);
    }
  }

  static void restoreMxcsr(Vcpu c, long la) {
    c.state.setMxcsr(c.mmu.load32(la + MXCSR));
  }

  /** XMM8 and above belong to 64-bit code alone. */
  private static int registers(Vcpu c) {
    return c.is64Bit() ? 16 : 8;
  }

  static void saveSse(Vcpu c, long la) {
    saveVectors(c, la + XMM, 0);
  }

  static void restoreSse(Vcpu c, long la) {
    restoreVectors(c, la + XMM, 0);
  }

  /** Stores lanes {@code lane} and {@code lane + 1} of each vector register, 16 bytes apart. */
  static void saveVectors(Vcpu c, long la, int lane) {
    for (int n = 0; n < registers(c); n++) {
      c.mmu.store64(la + 16L * n, c.state.vector(n, lane));
      c.mmu.store64(la + 16L * n + 8, c.state.vector(n, lane + 1));
    }
  }

  /** Loads what {@link #saveVectors} has stored. */
  static void restoreVectors(Vcpu c, long la, int lane) {
    for (int n = 0; n < registers(c); n++) {
      c.state.setVector(n, lane, c.mmu.load64(la + 16L * n));
      c.state.setVector(n, lane + 1, c.mmu.load64(la + 16L * n + 8));
    }
  }

  /** Clears two lanes of each vector register. */
  static void initializeVectors(Vcpu c, int lane) {
    for (int n = 0; n < registers(c); n++) {
      c.state.setVector(n, lane, 0);
      c.state.setVector(n, lane + 1, 0);
    }
  }
}
