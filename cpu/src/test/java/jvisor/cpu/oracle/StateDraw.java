package jvisor.cpu.oracle;

import jvisor.host.HostMemory;
import jvisor.isa.Feature;
import jvisor.isa.Insn;
import jvisor.isa.Operand;
import jvisor.isa.OperandForm;

/** Random registers, flags and memory for an instruction. */
final class StateDraw {
  private static final int POOL = 1 << 16;
  private static final int ARITHMETIC = 0x8d5;
  private static final int TF = 0x100;
  private static final int DF = 0x400;
  private static final int NT = 0x4000;
  private static final int AC = 0x4_0000;
  private static final int ID = 0x20_0000;
  private static final int ALWAYS = 0x202;
  private static final int ALL_MASKED = 0x1f80;
  private static final int INITIAL_CONTROL = 0x37f;

  private final byte[] pool = new byte[POOL + Layout.WINDOW_SIZE + Layout.EDGE_SIZE];

  private final CaseKind kind;

  StateDraw(CaseKind kind) {
    this.kind = kind;
    Draw d = new Draw(1);
    for (int at = 0; at < pool.length; at += 8) {
      long value = d.lanes("idst".charAt(d.below(4)));
      for (int n = 0; n < 8; n++) {
        pool[at + n] = (byte) (value >>> 8 * n);
      }
    }
  }

  /** Fills in everything but code, CS and RIP. */
  void draw(CaseState s, Draw d, Insn i) {
    boolean is64 = s.is64();
    for (int r = 0; r < 16; r++) {
      s.setGpr(r, is64 ? d.integer() : r < 8 ? d.integer() & 0xffff_ffffL : 0);
    }
    long flags = ALWAYS | d.bits(ARITHMETIC | ID);
    flags |= d.chance(6) ? DF : 0;
    flags |= d.chance(24) ? AC : 0;
    flags |= d.chance(64) ? NT : 0;
    flags |= d.chance(16) ? TF : 0;
    s.set(CaseState.FLAGS, flags);
    s.set(CaseState.ERROR, 0);
    s.set(CaseState.CR2, 0);
    s.set(CaseState.FS_BASE, Layout.WINDOW - d.below(0x8000));
    s.set(CaseState.GS_BASE, d.chance(3) ? 0 : Layout.WINDOW - d.below(0x8000));
    for (int segment = 0; segment < 6; segment++) {
      s.setSelector(segment, kind == CaseKind.FLAT ? Layout.DATA : dataSelector(d, segment));
    }
    HostMemory.copyIn(
        s.at() + CaseState.MEMORY, pool, d.below(POOL), Layout.WINDOW_SIZE + Layout.EDGE_SIZE);
    extended(s, d, i);
  }

  /** A segment that a data segment's register may have; the stack's must be writable. */
  private static int dataSelector(Draw d, int segment) {
    LocalSegment usual = LocalSegment.DATA_16;
    boolean stack = segment == Insn.SS;
    return switch (d.below(stack ? 10 : 14)) {
      case 0, 1 -> Layout.DATA;
      case 2 -> LocalSegment.DATA_32.selector();
      case 3 -> LocalSegment.SHORT.selector();
      case 4 -> LocalSegment.EXPAND_DOWN.selector();
      case 5 -> LocalSegment.EXPAND_DOWN_32.selector();
      case 10 -> LocalSegment.READ_ONLY.selector();
      case 11 -> LocalSegment.CODE_16.selector();
      case 12 -> d.chance(3) ? 0 : usual.selector();
      default -> usual.selector();
    };
  }

  private void extended(CaseState s, Draw d, Insn i) {
    HostMemory.fill(s.at() + CaseState.XSAVE, CaseState.XSAVE_SIZE, 0);
    s.set(CaseState.XSTATE_BV, 7);
    s.setWord(CaseState.FCW, INITIAL_CONTROL);
    s.set(CaseState.MXCSR, ALL_MASKED);
    boolean x87 = usesX87(i);
    boolean vector = usesVectors(i);
    if (x87 || d.chance(32)) {
      x87(s, d, i);
    }
    if (vector || d.chance(32)) {
      vectors(s, d, kind(i.row.name()));
    }
  }

  private static boolean usesX87(Insn i) {
    return i.row.feature() == Feature.FPU
        || i.row.feature() == Feature.MMX
        || i.row.name().startsWith("F")
        || i.row.name().contains("XSAVE")
        || i.row.name().contains("XRSTOR")
        || has(i, Operand.Kind.MMX);
  }

  private static boolean usesVectors(Insn i) {
    return switch (i.row.feature()) {
      case BASE, FPU, CX8, CMOV, MMX -> false;
      default -> true;
    };
  }

  private static boolean has(Insn i, Operand.Kind kind) {
    for (OperandForm form : i.row.operands()) {
      if (form.kind() == kind) {
        return true;
      }
    }
    return false;
  }

  /** What an instruction's operands look like, for {@link Draw#lanes}. */
  static char kind(String name) {
    if (name.contains("PCMPESTR") || name.contains("PCMPISTR")) {
      return 't';
    }
    if (name.contains("PS") || name.contains("SS")) {
      return 's';
    }
    return name.contains("PD") || name.contains("SD") ? 'd' : 'i';
  }

  private static void x87(CaseState s, Draw d, Insn i) {
    int control = INITIAL_CONTROL & ~0xf00 | d.bits(0x1f00);
    if (d.chance(3)) {
      control = control & ~0x3f | d.bits(0x3f);
    }
    int status = d.bits(0x7f00);
    if (d.chance(4)) {
      status |= d.bits(0x7f);
    }
    if ((status & ~control & 0x3f) != 0) {
      status = d.chance(8) ? status | 0x8080 : status & ~0x3f;
    }
    s.setWord(CaseState.FCW, control);
    s.setWord(CaseState.FSW, status);
    s.setWord(
        CaseState.FTW, d.chance(4) ? d.bits(0xff) : d.chance(4) ? 0x7f << d.below(8) & 0xff : 0xff);
    if ((status & 0x80) != 0) {
      s.setWord(CaseState.FOP, d.bits(0x7ff));
      s.set(CaseState.FIP, d.next() >>> 17);
      s.set(CaseState.FDP, d.next() >>> 17);
    }
    for (int n = 0; n < 8; n++) {
      int signExponent = d.signExponent();
      long significand = d.significand(signExponent);
      boolean mmx = i.row.feature() != Feature.FPU && !d.chance(4);
      s.set(CaseState.ST + 16 * n, mmx ? d.integer() : significand);
      s.setWord(CaseState.ST + 16 * n + 8, mmx ? 0xffff : signExponent);
    }
    if (d.chance(6)) {
      s.set(CaseState.ST + 16, s.get(CaseState.ST) + d.below(3) - 1);
      s.setWord(CaseState.ST + 24, s.word(CaseState.ST + 8) ^ (d.chance(2) ? 0x8000 : 0));
    }
  }

  private static void vectors(CaseState s, Draw d, char usual) {
    int mxcsr = ALL_MASKED | d.bits(0xe000);
    if (d.chance(3)) {
      mxcsr = mxcsr & ~ALL_MASKED | d.bits(ALL_MASKED);
    }
    mxcsr |= d.chance(2) ? d.bits(0x3f) : 0;
    mxcsr |= d.chance(3) ? 0x40 : 0;
    mxcsr &= d.chance(2) ? 0xffff : 0x7fff;
    s.set(CaseState.MXCSR, mxcsr);
    for (int n = 0; n < 16; n++) {
      char kind = d.chance(6) ? "isdt".charAt(d.below(4)) : usual;
      for (int lane = 0; lane < 4; lane++) {
        s.setVector(n, lane, d.lanes(kind));
      }
    }
    if (d.chance(4)) {
      int from = d.below(16);
      int to = d.below(16);
      for (int lane = 0; lane < 4; lane++) {
        s.setVector(to, lane, s.vector(from, lane));
      }
    }
  }
}
