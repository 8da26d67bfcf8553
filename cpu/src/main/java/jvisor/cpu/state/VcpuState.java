package jvisor.cpu.state;

import jvisor.host.HostMapping;
import jvisor.host.HostMemory;

/**
 * The off-heap struct with everything a processor remembers. Its layout is the constants below:
 * offsets in bytes from {@link #base}, little-endian, each field naturally aligned. Interpreter,
 * translator and snapshots read the same bytes.
 */
public final class VcpuState implements AutoCloseable {
  /** Sixteen 64-bit general-purpose registers in encoding order (RAX, RCX, RDX, RBX, RSP …). */
  public static final int GPR = 0x000;

  /** Eight bytes that are always zero: the register of absent address parts. */
  public static final int ZERO = 0x080;

  /**
   * Linear-space RIP at which the running block starts, less nothing: RIP-relative parts add to it.
   */
  public static final int BLOCK_BASE = 0x088;

  public static final int RIP = 0x090;

  /** See {@link Flags}. */
  public static final int FLAG_RESULT = 0x098;

  /** See {@link Flags}. */
  public static final int FLAG_AUX = 0x0a0;

  /** RFLAGS but for the arithmetic flags. */
  public static final int SYSTEM_FLAGS = 0x0a8;

  /**
   * Eight segment registers (see {@link Segment}) of 32 bytes: base (8), limit in bytes (4, already
   * scaled), attributes (4), selector (2).
   */
  public static final int SEGMENTS = 0x0c0;

  public static final int SEGMENT_STRIDE = 32;
  public static final int SEGMENT_LIMIT = 8;
  public static final int SEGMENT_ATTRIBUTES = 12;
  public static final int SEGMENT_SELECTOR = 16;

  public static final int GDTR_BASE = 0x1c0;
  public static final int GDTR_LIMIT = 0x1c8;
  public static final int IDTR_BASE = 0x1d0;
  public static final int IDTR_LIMIT = 0x1d8;

  /** CR0–CR15; only 0, 2, 3, 4 and 8 are used. */
  public static final int CR = 0x200;

  public static final int EFER = 0x280;
  public static final int XCR0 = 0x288;

  /** DR0–DR7. */
  public static final int DR = 0x290;

  /** The four PDPTE registers of PAE paging (SDM vol. 3, 4.4.1). */
  public static final int PDPTE = 0x2d0;

  /** Model-specific registers that are plain storage; {@code Msr*} offsets below. */
  public static final int STAR = 0x300;

  public static final int LSTAR = 0x308;
  public static final int CSTAR = 0x310;
  public static final int FMASK = 0x318;
  public static final int KERNEL_GS_BASE = 0x320;
  public static final int SYSENTER_CS = 0x328;
  public static final int SYSENTER_ESP = 0x330;
  public static final int SYSENTER_EIP = 0x338;
  public static final int PAT = 0x340;
  public static final int TSC_OFFSET = 0x348;
  public static final int TSC_AUX = 0x350;
  public static final int MISC_ENABLE = 0x358;
  public static final int XSS = 0x360;
  public static final int MTRR_DEFAULT = 0x368;
  public static final int SYS_CFG = 0x370;
  public static final int HWCR = 0x378;
  public static final int TOP_MEM = 0x380;
  public static final int TOP_MEM2 = 0x388;
  public static final int DE_CFG = 0x390;
  public static final int BP_CFG = 0x398;
  public static final int SPEC_CTRL = 0x3a0;

  /**
   * Eight x87 registers R0–R7 by physical number, 16 bytes each: significand (8), sign-exponent
   * (2).
   */
  public static final int X87 = 0x400;

  public static final int FCW = 0x480;
  public static final int FSW = 0x482;

  /** Abridged tag word as FXSAVE stores it: bit n set if Rn is not empty. */
  public static final int FTW = 0x484;

  public static final int FOP = 0x486;
  public static final int FIP = 0x488;
  public static final int FDP = 0x490;
  public static final int FCS = 0x498;
  public static final int FDS = 0x49a;
  public static final int MXCSR = 0x4a0;

  /** Sixteen vector registers of 32 bytes; XMMn is the low half of YMMn. */
  public static final int VECTOR = 0x500;

  public static final int VECTOR_STRIDE = 32;

  /** Eight MTRR pairs and eleven fixed MTRRs: storage without effect. */
  public static final int MTRR = 0x700;

  /**
   * 64 bytes without a meaning between instructions: where a vector operand from memory lies while
   * its instruction runs, so that it has an hva as registers have.
   */
  public static final int SCRATCH = 0x800;

  /** See {@link Attention}; on lines of its own. */
  public static final int ATTENTION = 0x900;

  /** hva of the TLB table of the running rights; the {@code mmu} keeps it. */
  public static final int TLB_TABLE = 0x840;

  /** The running address space's generation; the {@code mmu} keeps it. */
  public static final int TLB_GENERATION = 0x848;

  /**
   * From here to {@link #ATTENTION}: words of emitted code, without a meaning outside of it ({@code
   * translator.Words}).
   */
  public static final int EMITTED = 0x850;

  /** hva of the TLB table of user accesses, without alignment checks; the {@code mmu} keeps it. */
  public static final int USER_TABLE = 0x940;

  /** The generation of user accesses; the {@code mmu} keeps it. */
  public static final int USER_GENERATION = 0x948;

  /** hva of the TLB table of supervisor accesses while EFLAGS.AC is clear; kept likewise. */
  public static final int SUPERVISOR_TABLE = 0x950;

  /** hva of the TLB table of supervisor accesses while EFLAGS.AC is set; kept likewise. */
  public static final int SUPERVISOR_AC_TABLE = 0x958;

  /** The generation of supervisor accesses; kept likewise. */
  public static final int SUPERVISOR_GENERATION = 0x960;

  /** From here to {@link #EMITTED_END}: as {@link #EMITTED}. */
  public static final int EMITTED_MORE = 0x968;

  /** The end of the words of emitted code. */
  public static final int EMITTED_END = 0xa00;

  /** 256 bytes of the same kind ({@code translator.Frames}). */
  public static final int FRAMES = 0xa00;

  /** 64 bytes of the same kind ({@code translator.Streams}). */
  public static final int STREAMS = 0xb00;

  /** 64 bytes of the same kind ({@code translator.Words}). */
  public static final int X87_EMITTED = 0xbc0;

  /** 64 bytes of the same kind ({@code translator.Levels}). */
  public static final int LEVELS_EMITTED = 0xc00;

  /** Bytes in the struct. */
  public static final int SIZE = 0x1000;

  private final HostMapping mapping;

  /** The struct's hva; add an offset and use {@link HostMemory}. */
  public final long base;

  /** Creates a struct of zeroes. */
  public VcpuState() {
    mapping = HostMapping.reserve(SIZE);
    base = mapping.hva();
  }

  /** The offset of general-purpose register {@code index} (0–15). */
  public static int gpr(int index) {
    return GPR + 8 * index;
  }

  /** Reads the 64-bit register {@code index} (0–15). */
  public long reg(int index) {
    return HostMemory.getLong(base + GPR + 8L * index);
  }

  /** Reads the low {@code size} (1, 2, 4, 8) bytes of a register, zero-extended. */
  public long reg(int index, int size) {
    long at = base + GPR + 8L * index;
    return switch (size) {
      case 1 -> HostMemory.getByte(at);
      case 2 -> HostMemory.getShort(at);
      case 4 -> HostMemory.getInt(at) & 0xffff_ffffL;
      default -> HostMemory.getLong(at);
    };
  }

  /** Writes all 64 bits of a register. */
  public void setReg(int index, long value) {
    HostMemory.putLong(base + GPR + 8L * index, value);
  }

  /**
   * Writes the low {@code size} bytes; a write of 4 clears the upper half, 1 and 2 keep the rest.
   */
  public void setReg(int index, int size, long value) {
    long at = base + GPR + 8L * index;
    switch (size) {
      case 1 -> HostMemory.putByte(at, (int) value);
      case 2 -> HostMemory.putShort(at, (int) value);
      case 4 -> HostMemory.putLong(at, value & 0xffff_ffffL);
      default -> HostMemory.putLong(at, value);
    }
  }

  /** Reads AH, CH, DH or BH by parent number 0–3. */
  public int high8(int index) {
    return HostMemory.getByte(base + GPR + 8L * index + 1);
  }

  /** Writes AH, CH, DH or BH by parent number 0–3. */
  public void setHigh8(int index, long value) {
    HostMemory.putByte(base + GPR + 8L * index + 1, (int) value);
  }

  /** Reads RIP. */
  public long rip() {
    return HostMemory.getLong(base + RIP);
  }

  /** Writes RIP. */
  public void setRip(long value) {
    HostMemory.putLong(base + RIP, value);
  }

  /** Reads a 64-bit field by its offset. */
  public long get(int offset) {
    return HostMemory.getLong(base + offset);
  }

  /** Writes a 64-bit field by its offset. */
  public void set(int offset, long value) {
    HostMemory.putLong(base + offset, value);
  }

  /** Reads control register {@code index}. */
  public long cr(int index) {
    return HostMemory.getLong(base + CR + 8L * index);
  }

  /** Writes control register {@code index}, without any of its effects. */
  public void setCr(int index, long value) {
    HostMemory.putLong(base + CR + 8L * index, value);
  }

  /** Reads debug register {@code index}. */
  public long dr(int index) {
    return HostMemory.getLong(base + DR + 8L * index);
  }

  /** Writes debug register {@code index}, without any of its effects. */
  public void setDr(int index, long value) {
    HostMemory.putLong(base + DR + 8L * index, value);
  }

  /** The base of a segment register (see {@link Segment}). */
  public long segmentBase(int segment) {
    return HostMemory.getLong(base + SEGMENTS + (long) segment * SEGMENT_STRIDE);
  }

  /** The limit in bytes, 0–0xffffffff. */
  public long segmentLimit(int segment) {
    return HostMemory.getInt(base + SEGMENTS + (long) segment * SEGMENT_STRIDE + SEGMENT_LIMIT)
        & 0xffff_ffffL;
  }

  /** The attributes, see {@link Segment}. */
  public int segmentAttributes(int segment) {
    return HostMemory.getInt(
        base + SEGMENTS + (long) segment * SEGMENT_STRIDE + SEGMENT_ATTRIBUTES);
  }

  /** The visible selector. */
  public int selector(int segment) {
    return HostMemory.getShort(
        base + SEGMENTS + (long) segment * SEGMENT_STRIDE + SEGMENT_SELECTOR);
  }

  /** Writes a whole segment register, hidden part included, without any check or effect. */
  public void setSegment(int segment, int selector, long segmentBase, long limit, int attributes) {
    long at = base + SEGMENTS + (long) segment * SEGMENT_STRIDE;
    HostMemory.putLong(at, segmentBase);
    HostMemory.putInt(at + SEGMENT_LIMIT, (int) limit);
    HostMemory.putInt(at + SEGMENT_ATTRIBUTES, attributes);
    HostMemory.putShort(at + SEGMENT_SELECTOR, selector);
  }

  /** Writes a segment's base alone. */
  public void setSegmentBase(int segment, long segmentBase) {
    HostMemory.putLong(base + SEGMENTS + (long) segment * SEGMENT_STRIDE, segmentBase);
  }

  /** RFLAGS but for the arithmetic flags. */
  public long systemFlags() {
    return HostMemory.getLong(base + SYSTEM_FLAGS);
  }

  /** Writes RFLAGS but for the arithmetic flags, without any effect. */
  public void setSystemFlags(long value) {
    HostMemory.putLong(base + SYSTEM_FLAGS, value);
  }

  /** Reads 64 bits of vector register {@code index}; {@code lane} 0–3. */
  public long vector(int index, int lane) {
    return HostMemory.getLong(base + VECTOR + (long) index * VECTOR_STRIDE + 8L * lane);
  }

  /** Writes 64 bits of vector register {@code index}; {@code lane} 0–3. */
  public void setVector(int index, int lane, long value) {
    HostMemory.putLong(base + VECTOR + (long) index * VECTOR_STRIDE + 8L * lane, value);
  }

  /** The SSE control and status register. */
  public int mxcsr() {
    return HostMemory.getInt(base + MXCSR);
  }

  /** Writes MXCSR, unchecked. */
  public void setMxcsr(int value) {
    HostMemory.putInt(base + MXCSR, value);
  }

  @Override
  public void close() {
    mapping.close();
  }
}
