package jvisor.cpu.system;

import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;

/** Loads of segment registers (SDM vol. 3, 3.4.3 and 5.6–5.7; vol. 2, MOV, POP and LDS). */
public final class SegmentLoader {
  private static final int REAL_DATA = 0x9300;
  private static final int V86_DATA = 0xf300;

  private SegmentLoader() {}

  /** Binds the instructions of this chapter. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.MOV_SREG, SegmentLoader::movSreg)
        .bind(Mnemonic.PUSH_SREG, (c, i) -> c.push(i.operandSize, c.state.selector(i.a.index())))
        .bind(Mnemonic.POP_SREG, SegmentLoader::popSreg)
        .bind(Mnemonic.LDS, (c, i) -> loadPointer(c, i, Segment.DS))
        .bind(Mnemonic.LES, (c, i) -> loadPointer(c, i, Segment.ES))
        .bind(Mnemonic.LFS, (c, i) -> loadPointer(c, i, Segment.FS))
        .bind(Mnemonic.LGS, (c, i) -> loadPointer(c, i, Segment.GS))
        .bind(Mnemonic.LSS, (c, i) -> loadPointer(c, i, Segment.SS));
  }

  private static void movSreg(Vcpu c, Insn i) {
    if (i.b.kind() == Operand.Kind.SEGMENT) {
      c.write(i, i.a, c.state.selector(i.b.index()));
      return;
    }
    int segment = i.a.index();
    if (segment == Segment.CS || segment > Segment.GS) {
      throw c.ud();
    }
    load(c, segment, (int) c.read(i, i.b) & 0xffff);
    if (segment == Segment.SS) {
      c.setInterruptShadow(true);
      Debug.postpone(c);
    }
  }

  private static void popSreg(Vcpu c, Insn i) {
    int segment = i.a.index();
    int stackSize = c.stackSize();
    long sp = c.state.reg(4, stackSize) + i.operandSize;
    load(c, segment, (int) c.peek(i.operandSize, 0) & 0xffff);
    c.state.setReg(4, stackSize, sp);
    if (segment == Segment.SS) {
      c.setInterruptShadow(true);
      Debug.postpone(c);
    }
  }

  private static void loadPointer(Vcpu c, Insn i, int segment) {
    int size = i.operandSize;
    long offset = FarPointer.offset(c, i, size);
    load(c, segment, FarPointer.selector(c, i, size));
    c.state.setReg(i.a.index(), size, offset);
  }

  /** Loads any segment register but CS, with all checks; changes nothing if it faults. */
  static void load(Vcpu c, int segment, int selector) {
    if (c.isRealOrVirtual8086()) {
      loadReal(c, segment, selector);
    } else if (Descriptor.isNull(selector)) {
      if (segment == Segment.SS && !nullStackAllowed(c, selector)) {
        throw c.gp(0);
      }
      setNull(c, segment, selector);
    } else if (segment == Segment.SS) {
      long d = checkStack(c, selector, c.cpl(), Vector.GP);
      DescriptorTable.markAccessed(c, selector, d);
      set(c, segment, selector, d);
    } else {
      long d = checkData(c, selector, Vector.GP);
      DescriptorTable.markAccessed(c, selector, d);
      set(c, segment, selector, d);
    }
    if (segment == Segment.SS) {
      c.modeChanged();
    }
  }

  private static boolean nullStackAllowed(Vcpu c, int selector) {
    return c.is64Bit() && c.cpl() != 3 && (selector & 3) == c.cpl();
  }

  /**
   * Checks a stack segment for privilege level {@code cpl} and answers its descriptor; {@code
   * vector} is what is wrong but for absence, which is always #SS. The selector is not null.
   */
  static long checkStack(Vcpu c, int selector, int cpl, int vector) {
    long d = DescriptorTable.load(c, selector, vector);
    if ((selector & 3) != cpl || Descriptor.dpl(d) != cpl || !Descriptor.isWritableData(d)) {
      throw c.fault.of(vector, selector & 0xfffc);
    }
    if (!Descriptor.present(d)) {
      throw c.ss(selector & 0xfffc);
    }
    return d;
  }

  /** Checks a segment for ES, DS, FS or GS and answers its descriptor. The selector is not null. */
  static long checkData(Vcpu c, int selector, int vector) {
    long d = DescriptorTable.load(c, selector, vector);
    boolean privileged =
        Descriptor.isConforming(d) || Math.max(selector & 3, c.cpl()) <= Descriptor.dpl(d);
    if (!Descriptor.isReadable(d) || !privileged) {
      throw c.fault.of(vector, selector & 0xfffc);
    }
    if (!Descriptor.present(d)) {
      throw c.np(selector & 0xfffc);
    }
    return d;
  }

  /** Real-address and virtual-8086 mode: base is the paragraph; real mode keeps limit and size. */
  static void loadReal(Vcpu c, int segment, int selector) {
    VcpuState s = c.state;
    long base = (long) selector << 4;
    if (c.isVirtual8086()) {
      s.setSegment(segment, selector, base, 0xffff, V86_DATA);
      return;
    }
    int attributes = s.segmentAttributes(segment);
    boolean unusable = (attributes & Segment.UNUSABLE) != 0;
    long limit = unusable ? 0xffff : s.segmentLimit(segment);
    int kept = unusable ? 0 : attributes & (Segment.BIG | Segment.GRANULAR);
    s.setSegment(segment, selector, base, limit, kept | REAL_DATA);
  }

  /** Loads a null selector. */
  static void setNull(Vcpu c, int segment, int selector) {
    int dpl = segment == Segment.SS ? (selector & 3) << Segment.DPL_SHIFT : 0;
    c.state.setSegment(segment, selector, 0, 0, Segment.UNUSABLE | dpl);
  }

  /** Writes a checked descriptor to a segment register. */
  static void set(Vcpu c, int segment, int selector, long d) {
    c.state.setSegment(
        segment,
        selector,
        Descriptor.base(d),
        Descriptor.limit(d),
        Descriptor.attributes(d) | Segment.ACCESSED);
  }

  /**
   * Writes a checked descriptor to CS, with RPL and CPL; {@code modeChanged} is left to the caller.
   */
  static void setCode(Vcpu c, int selector, long d, int cpl) {
    set(c, Segment.CS, selector & 0xfffc | cpl, d);
    c.setCpl(cpl);
  }

  /**
   * After a return to a lesser privilege: data segments that it may not have become null, and the
   * selectors of null ones zero. All keep their bases (which 64-bit kernels set apart from the
   * selector).
   */
  static void dropPrivileged(Vcpu c, int cpl) {
    for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
      int attributes = c.state.segmentAttributes(segment);
      boolean conforming =
          (attributes & (Segment.CODE | Segment.CONFORMING)) == (Segment.CODE | Segment.CONFORMING);
      boolean data = segment != Segment.CS && segment != Segment.SS;
      boolean unusable = (attributes & Segment.UNUSABLE) != 0;
      boolean refused = !conforming && (attributes >> Segment.DPL_SHIFT & 3) < cpl;
      if (data && (unusable ? c.state.selector(segment) != 0 : refused)) {
        c.state.setSegment(segment, 0, c.state.segmentBase(segment), 0, Segment.UNUSABLE);
      }
    }
  }
}
