package jvisor.cpu.system;

import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;

/**
 * What a task switch reads from the new TSS, and how it fills the old one (SDM vol. 3, 7.2.1, 7.6).
 */
final class TaskFrame {
  private static final int SIZE16 = 0x2c;
  private static final int SIZE32 = 0x68;

  /** Where the saved part begins: EIP or IP. */
  private static final int SAVED16 = 0x0e;

  private static final int SAVED32 = 0x20;

  /**
   * The segment registers in the order of both forms: ES, CS, SS, DS, FS, GS – FS and GS only in
   * 32.
   */
  private static final int SELECTORS16 = 4;

  private static final int SELECTORS32 = 6;

  final boolean wide;
  final long base;
  final long rip;
  long flags;
  final long[] registers = new long[8];
  final int[] selectors = new int[6];
  final int ldt;
  final long cr3;
  final boolean trap;

  /** Reads the TSS of a descriptor that has been checked; #TS if it is too small. */
  static TaskFrame load(Vcpu c, int selector, long d) {
    boolean wide = (Descriptor.type(d) & 8) != 0;
    if (Descriptor.limit(d) < (wide ? SIZE32 : SIZE16) - 1) {
      throw c.ts(selector & 0xfffc);
    }
    return new TaskFrame(c, Descriptor.base(d), wide);
  }

  private TaskFrame(Vcpu c, long base, boolean wide) {
    this.base = base;
    this.wide = wide;
    int size = wide ? 4 : 2;
    int at = wide ? SAVED32 : SAVED16;
    rip = field(c, at, size);
    flags = field(c, at + size, size) & (wide ? Rflags.ALL : Rflags.ALL & 0xffff);
    at += 2 * size;
    for (int n = 0; n < 8; n++) {
      registers[n] = field(c, at + n * size, size);
    }
    at += 8 * size;
    int count = wide ? SELECTORS32 : SELECTORS16;
    for (int n = 0; n < count; n++) {
      selectors[n] = (int) field(c, at + n * size, 2);
    }
    ldt = (int) field(c, at + count * size, 2);
    cr3 = wide ? field(c, 0x1c, 4) : 0;
    trap = wide && (field(c, 0x64, 2) & 1) != 0;
  }

  private long field(Vcpu c, int offset, int size) {
    return c.mmu.loadSystem(DescriptorTable.linear(c, base + offset), size);
  }

  /** Faults if {@link #save} could not write the current TSS. */
  static void checkSave(Vcpu c) {
    boolean wide = Tss.is32(c);
    int end = wide ? 0x60 : 0x2a;
    if (c.state.segmentLimit(Segment.TR) < end - 1) {
      throw c.ts(c.state.selector(Segment.TR) & 0xfffc);
    }
    long la = DescriptorTable.linear(c, c.state.segmentBase(Segment.TR));
    // A load and a store of the same value touch both pages that the TSS may span.
    touch(c, la + (wide ? SAVED32 : SAVED16));
    touch(c, DescriptorTable.linear(c, la + end - 1));
  }

  private static void touch(Vcpu c, long la) {
    c.mmu.storeSystem(la, 1, c.mmu.loadSystem(la, 1));
  }

  /** Writes the dynamic fields of the current TSS. */
  static void save(Vcpu c, long flags) {
    VcpuState s = c.state;
    boolean wide = Tss.is32(c);
    int size = wide ? 4 : 2;
    long at = s.segmentBase(Segment.TR) + (wide ? SAVED32 : SAVED16);
    at = put(c, at, size, s.rip());
    at = put(c, at, size, flags);
    for (int n = 0; n < 8; n++) {
      at = put(c, at, size, s.reg(n));
    }
    for (int n = 0; n < (wide ? SELECTORS32 : SELECTORS16); n++) {
      c.mmu.storeSystem(DescriptorTable.linear(c, at), 2, s.selector(n));
      at += size;
    }
  }

  private static long put(Vcpu c, long la, int size, long value) {
    c.mmu.storeSystem(DescriptorTable.linear(c, la), size, value);
    return la + size;
  }
}
