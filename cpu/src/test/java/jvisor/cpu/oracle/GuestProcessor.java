package jvisor.cpu.oracle;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.EnumSet;
import jvisor.cpu.alone.NoTime;
import jvisor.cpu.interpreter.CodeCache;
import jvisor.cpu.interpreter.Interpreter;
import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import jvisor.platform.PortBus;

/**
 * Our processor, set up as Linux sets up the host's: long mode, privilege level 3, the same
 * selectors and pages. An exception is delivered through an IDT to a HLT, and taken from the frame
 * that it left.
 */
final class GuestProcessor implements AutoCloseable {
  /** Where the tables of the system stand, in addresses that programs cannot use. */
  private static final long SYSTEM = 0xffff_8000_0000_0000L;

  private static final long GDT = 0x1000;
  private static final long TSS = 0x1800;
  private static final long LDT = 0x1900;
  private static final long IDT = 0x2000;
  private static final long HANDLERS = 0x3000;
  private static final int HANDLER_SIZE = 16;
  private static final long STACK_TOP = 0x6000;
  private static final long SYSTEM_END = 0x8000;
  private static final long TABLES = 0x1_0000;
  private static final long TABLE_AREA = 0x2_0000;
  private static final long RAM = 0x40_0000;

  private static final long USER = 4;
  private static final long WRITABLE = 2;
  private static final long PRESENT = 1;
  private static final long NO_EXECUTE = 1L << 63;

  private static final int DATA_ATTRIBUTES = 0xc0_f300;
  private static final int CODE32_ATTRIBUTES = 0xc0_fb00;
  private static final int CODE64_ATTRIBUTES = 0xa0_fb00;
  private static final int KEPT = 4096;
  private static final int ITERATIONS = 4096;

  /** The vector of a case that neither ended nor faulted, or that shut the processor down. */
  private static final int NO_END = 255;

  private static final long FLAT = 0xffff_ffffL;
  private static final long TRAPS = 0xcccc_cccc_cccc_ccccL;

  private final GuestMemory memory = new GuestMemory(RAM, 1L << 31, new MmioBus());
  private final Vcpu c;
  private final CodeCache cache;
  private final Interpreter engine;
  private final byte[] buffer = new byte[Layout.CODE_SIZE];
  private final byte[] traps = new byte[Layout.CODE_SIZE];
  private final long stackFrame;
  private long nextTable = TABLES + Layout.PAGE;
  private long runs;
  private long lastCode = Layout.CODE;

  GuestProcessor(EngineKind kind, SemanticTable semantics) {
    CpuModel model =
        new CpuModel("all", CpuModel.AMD, "all", 0, EnumSet.allOf(CpuFeature.class), 40, false);
    c = new Vcpu(0, model, memory, new PortBus(), new NoTime());
    cache = kind.cache(memory);
    engine = kind.create(c, semantics, cache);
    Arrays.fill(traps, (byte) Layout.INT3);
    pages();
    tables();
    registers();
    stackFrame = memory.writableFrame(STACK_TOP - 1) + Layout.PAGE;
  }

  /**
   * Runs an INT3 in each code page at a place that is never written, so that a block stays there
   * until the engine forgets all blocks: the first block of a page is expensive.
   */
  private void keepCodePages() {
    try (Arena arena = Arena.ofConfined()) {
      CaseState state = CaseState.in(arena);
      state.setCode(new byte[0], 0);
      for (int page = 0; page < Layout.CODE_PAGES; page += Layout.PAGE) {
        state.place(64, Layout.CODE_PAGE + page + 256);
        runHere(state, state);
        lastCode = Layout.CODE;
      }
    }
  }

  // ---------------------------------------------------------------- preparation

  private void pages() {
    for (long page = GDT; page < SYSTEM_END; page += Layout.PAGE) {
      map(SYSTEM + page, page, PRESENT | WRITABLE);
    }
    long data = PRESENT | USER | WRITABLE | NO_EXECUTE;
    map(Layout.WINDOW_PAGE, data);
    map(Layout.WINDOW_PAGE + Layout.PAGE, data);
    map(Layout.EDGE_PAGE, data);
    map(Layout.CONSTANTS, PRESENT | USER | NO_EXECUTE);
    for (int n = 0; n < Layout.PAGE; n++) {
      memory.write(Layout.CONSTANTS + n, 1, Layout.constant(n));
    }
    for (int page = 0; page < Layout.CODE_PAGES; page += Layout.PAGE) {
      map(Layout.CODE_PAGE + page, PRESENT | USER | WRITABLE);
      for (int n = 0; n < Layout.PAGE; n += traps.length) {
        memory.write(Layout.CODE_PAGE + page + n, traps, 0, traps.length);
      }
    }
  }

  private void map(long page, long rights) {
    map(page, page, rights);
  }

  private void map(long la, long gpa, long rights) {
    long table = TABLES;
    for (int shift = 39; shift > 12; shift -= 9) {
      long entry = table + (la >>> shift & 0x1ff) * 8;
      table = memory.read(entry, 8) & -Layout.PAGE;
      if (table == 0) {
        table = nextTable;
        nextTable += Layout.PAGE;
        if (nextTable > TABLE_AREA) {
          throw new IllegalStateException("no room for page tables");
        }
        memory.write(entry, 8, table | PRESENT | USER | WRITABLE);
      }
    }
    // Accessed and dirty, so that no case writes the table.
    memory.write(table + (la >>> 12 & 0x1ff) * 8, 8, gpa | rights | 0x60);
  }

  private void tables() {
    long[] gdt = {
      0,
      0x00cf_9b00_0000_ffffL,
      0x00af_9b00_0000_ffffL,
      0x00cf_9300_0000_ffffL,
      0x00cf_fb00_0000_ffffL,
      0x00cf_f300_0000_ffffL,
      0x00af_fb00_0000_ffffL
    };
    for (int n = 0; n < gdt.length; n++) {
      memory.write(GDT + 8L * n, 8, gdt[n]);
    }
    for (LocalSegment segment : LocalSegment.values()) {
      memory.write(LDT + (segment.selector() & ~7), 8, segment.descriptor());
    }
    memory.write(TSS + 4, 8, SYSTEM + STACK_TOP);
    memory.write(TSS + 102, 2, 104);
    for (int vector = 0; vector < 256; vector++) {
      long handler = SYSTEM + HANDLERS + (long) vector * HANDLER_SIZE;
      int level = vector == 3 || vector == 4 ? 3 : 0;
      long low =
          handler & 0xffff | 0x10 << 16 | (0x8e00L | level << 13) << 32 | (handler >>> 16) << 48;
      memory.write(IDT + 16L * vector, 8, low);
      memory.write(IDT + 16L * vector + 8, 8, handler >>> 32);
      memory.write(HANDLERS + (long) vector * HANDLER_SIZE, 1, 0xf4);
    }
  }

  private void registers() {
    VcpuState s = c.state;
    s.setCr(3, TABLES);
    s.setCr(
        4,
        Control.CR4_PAE
            | Control.CR4_OSFXSR
            | Control.CR4_OSXMMEXCPT
            | Control.CR4_OSXSAVE
            | Control.CR4_UMIP
            | Control.CR4_FSGSBASE);
    s.setCr(
        0,
        Control.CR0_PE
            | Control.CR0_MP
            | Control.CR0_ET
            | Control.CR0_NE
            | Control.CR0_WP
            | Control.CR0_AM
            | Control.CR0_PG);
    s.set(
        VcpuState.EFER, Control.EFER_SCE | Control.EFER_LME | Control.EFER_LMA | Control.EFER_NXE);
    s.set(VcpuState.XCR0, 7);
    s.set(VcpuState.GDTR_BASE, SYSTEM + GDT);
    s.set(VcpuState.GDTR_LIMIT, 127);
    s.set(VcpuState.IDTR_BASE, SYSTEM + IDT);
    s.set(VcpuState.IDTR_LIMIT, 4095);
    s.setSegment(Segment.TR, 0x40, SYSTEM + TSS, 0x67, 0x8b00);
    s.setSegment(Segment.LDTR, 0x50, SYSTEM + LDT, LocalSegment.TABLE_SIZE - 1, 0x8200);
    c.mmu.flushAll();
  }

  // ---------------------------------------------------------------- running

  /** Runs the instruction of {@code before} and describes the outcome in {@code after}. */
  void run(CaseState before, CaseState after) {
    if (runs++ % KEPT == 0) {
      keepCodePages();
    }
    runHere(before, after);
  }

  private void runHere(CaseState before, CaseState after) {
    enter(before);
    c.state.setRip(before.get(CaseState.RIP));
    engine.run(ITERATIONS);
    leave(after);
  }

  private void enter(CaseState before) {
    VcpuState s = c.state;
    memory.write(lastCode, traps, 0, traps.length);
    restoreTraps();
    lastCode = before.get(CaseState.CODE_ADDRESS);
    HostMemory.copyOut(before.at() + CaseState.CODE, buffer, 0, buffer.length);
    memory.write(lastCode, buffer, 0, buffer.length);
    copyMemory(before, true);
    for (int r = 0; r < 16; r++) {
      s.setReg(r, before.gpr(r));
    }
    long flags = before.get(CaseState.FLAGS);
    Flags.setArithmetic(s, flags);
    s.setSystemFlags((flags | Rflags.IF) & ~Rflags.ARITHMETIC & ~Rflags.FIXED);
    for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
      int selector = before.word(CaseState.SELECTORS + 2 * segment);
      segment(segment, selector);
    }
    s.setSegmentBase(Segment.FS, before.get(CaseState.FS_BASE));
    s.setSegmentBase(Segment.GS, before.get(CaseState.GS_BASE));
    segment(Segment.CS, (int) before.get(CaseState.CS));
    enterExtended(before);
    c.setCpl(3);
    c.modeChanged();
    c.setHalted(false);
    c.setShutdown(false);
    c.setInterruptShadow(false);
    c.setPendingDebug(0);
    s.setDr(6, 0);
    // For TF, which nobody has seen change.
    c.attention.raise();
  }

  /** Loads a segment register, whatever its descriptor may be. */
  private void segment(int segment, int selector) {
    LocalSegment local = LocalSegment.of(selector);
    if (local != null) {
      long high = local.descriptor() >>> 32;
      int attributes = (int) high & Segment.ATTRIBUTE_MASK;
      c.state.setSegment(segment, selector, local.base, local.lastOffset(), attributes);
    } else if (selector < 4) {
      c.state.setSegment(segment, selector, 0, 0, Segment.UNUSABLE);
    } else {
      int attributes =
          segment != Segment.CS
              ? DATA_ATTRIBUTES
              : selector == Layout.CODE64 ? CODE64_ATTRIBUTES : CODE32_ATTRIBUTES;
      c.state.setSegment(segment, selector, 0, FLAT, attributes);
    }
  }

  /** Puts INT3 wherever a case has written to the code pages. */
  private void restoreTraps() {
    for (int page = 0; page < Layout.CODE_PAGES; page += Layout.PAGE) {
      long gpa = Layout.CODE_PAGE + page;
      long frame = memory.writableFrame(gpa);
      for (int n = 0; n < Layout.PAGE; n += 8) {
        if (HostMemory.getLong(frame + n) != TRAPS) {
          memory.write(gpa + n, 8, TRAPS);
        }
      }
    }
  }

  private void enterExtended(CaseState before) {
    long base = c.state.base;
    int top = before.top();
    HostMemory.putShort(base + VcpuState.FCW, before.word(CaseState.FCW));
    HostMemory.putShort(base + VcpuState.FSW, before.word(CaseState.FSW));
    HostMemory.putShort(base + VcpuState.FTW, before.word(CaseState.FTW) & 0xff);
    HostMemory.putShort(base + VcpuState.FOP, before.word(CaseState.FOP));
    HostMemory.putLong(base + VcpuState.FIP, before.get(CaseState.FIP));
    HostMemory.putLong(base + VcpuState.FDP, before.get(CaseState.FDP));
    HostMemory.putShort(base + VcpuState.FCS, 0);
    HostMemory.putShort(base + VcpuState.FDS, 0);
    HostMemory.putInt(base + VcpuState.MXCSR, (int) before.get(CaseState.MXCSR));
    for (int n = 0; n < 8; n++) {
      long at = base + VcpuState.X87 + 16L * (top + n & 7);
      HostMemory.putLong(at, before.get(CaseState.ST + 16 * n));
      HostMemory.putShort(at + 8, before.word(CaseState.ST + 16 * n + 8));
    }
    for (int n = 0; n < 16; n++) {
      for (int lane = 0; lane < 4; lane++) {
        c.state.setVector(n, lane, before.vector(n, lane));
      }
    }
  }

  private void copyMemory(CaseState state, boolean in) {
    int half = Layout.WINDOW_SIZE / 2;
    copy(state.at() + CaseState.MEMORY, Layout.WINDOW, half, in);
    copy(state.at() + CaseState.MEMORY + half, Layout.WINDOW + half, half, in);
    copy(state.at() + CaseState.EDGE, Layout.EDGE, Layout.EDGE_SIZE, in);
  }

  private void copy(long hva, long gpa, int size, boolean in) {
    long frame = memory.writableFrame(gpa) + (gpa & 0xfff);
    HostMemory.copy(in ? frame : hva, in ? hva : frame, size);
  }

  private void leave(CaseState after) {
    VcpuState s = c.state;
    for (int r = 0; r < 16; r++) {
      after.setGpr(r, s.reg(r));
    }
    for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
      after.setWord(CaseState.SELECTORS + 2 * segment, s.selector(segment));
    }
    after.set(CaseState.FS_BASE, s.segmentBase(Segment.FS));
    after.set(CaseState.GS_BASE, s.segmentBase(Segment.GS));
    after.set(CaseState.CR2, s.cr(2));
    after.set(CaseState.ERROR, 0);
    if (c.isHalted()) {
      leaveFrame(after);
    } else {
      after.set(CaseState.VECTOR, NO_END);
      after.set(CaseState.RIP, s.rip());
      after.set(CaseState.CS, s.selector(Segment.CS));
      after.set(CaseState.FLAGS, c.rflags());
    }
    leaveExtended(after);
    copyMemory(after, false);
  }

  private void leaveFrame(CaseState after) {
    int vector = (int) (c.state.rip() - 1 - SYSTEM - HANDLERS) / HANDLER_SIZE;
    after.set(CaseState.VECTOR, vector);
    boolean hasError = vector == 8 || vector >= 10 && vector <= 14 || vector == 17;
    if (hasError) {
      after.set(CaseState.ERROR, HostMemory.getLong(stackFrame - 48));
    }
    long rip = HostMemory.getLong(stackFrame - 40);
    after.set(CaseState.RIP, rip);
    after.set(CaseState.CS, HostMemory.getLong(stackFrame - 32));
    after.set(CaseState.FLAGS, HostMemory.getLong(stackFrame - 24));
    after.setGpr(4, HostMemory.getLong(stackFrame - 16));
    after.setWord(CaseState.SELECTORS + 2 * Segment.SS, HostMemory.getShort(stackFrame - 8));
  }

  private void leaveExtended(CaseState after) {
    long base = c.state.base;
    int status = HostMemory.getShort(base + VcpuState.FSW);
    int top = status >>> 11 & 7;
    after.setWord(CaseState.FCW, HostMemory.getShort(base + VcpuState.FCW));
    after.setWord(CaseState.FSW, status);
    after.setWord(CaseState.FTW, HostMemory.getShort(base + VcpuState.FTW) & 0xff);
    after.setWord(CaseState.FOP, HostMemory.getShort(base + VcpuState.FOP));
    after.set(CaseState.FIP, HostMemory.getLong(base + VcpuState.FIP));
    after.set(CaseState.FDP, HostMemory.getLong(base + VcpuState.FDP));
    after.set(CaseState.MXCSR, HostMemory.getInt(base + VcpuState.MXCSR));
    for (int n = 0; n < 8; n++) {
      long at = base + VcpuState.X87 + 16L * (top + n & 7);
      after.set(CaseState.ST + 16 * n, HostMemory.getLong(at));
      after.set(CaseState.ST + 16 * n + 8, HostMemory.getShort(at + 8));
    }
    for (int n = 0; n < 16; n++) {
      for (int lane = 0; lane < 4; lane++) {
        after.setVector(n, lane, c.state.vector(n, lane));
      }
    }
  }

  @Override
  public void close() {
    engine.close();
    cache.close();
    c.close();
    memory.close();
  }
}
