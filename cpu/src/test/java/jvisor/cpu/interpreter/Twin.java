package jvisor.cpu.interpreter;

import java.util.Arrays;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.cpu.vcpu.Vcpu;

/**
 * A processor in paged 64-bit code, or flat 32-bit code of long mode, whose exceptions arrive in
 * handlers of NOPs, on a stack of their own, so that memory shows vector, error code and frame.
 */
final class Twin implements AutoCloseable {
  static final long CODE = 0x2000;
  static final long IDT = 0x3000;
  static final long HANDLERS = 0x4000;
  static final long DATA = 0x5000;
  static final long MISSING = 0x7000;
  static final long READ_ONLY = 0x8000;
  static final long SUPERVISOR = 0x9000;
  static final long LOW_END = 0x0000_7fff_ffff_f000L;
  static final long HIGH_START = 0xffff_8000_0000_0000L;
  static final long TOP = -4096L;
  static final long FLAT_TOP = 0xffff_f000L;

  private static final long GDT = 0x1000;
  private static final long TSS = 0x1800;
  static final long INTERRUPT_STACK = 0x10000;
  private static final long TABLES = 0x11000;
  private static final int PAGES = 0x10;
  private static final int SNAPSHOT = 0x20000;
  private static final int USER_CODE = 0x1b;
  private static final int USER_FLAT_CODE = 0x2b;
  private static final int FLAT_CODE = 0x30;
  private static final long CR0 =
      Control.CR0_PE | Control.CR0_PG | Control.CR0_WP | Control.CR0_AM | Control.CR0_NE;

  /** Words of the struct with the x87 state, but for what lies between its registers. */
  private static final int[] FPU = {VcpuState.FCW, VcpuState.FIP, VcpuState.FDP, VcpuState.FCS};

  /** How many words {@link #fpu} takes. */
  static final int FPU_WORDS = 16 + FPU.length;

  private final Rig rig;
  private final Ground ground;
  private final byte[] before = new byte[SNAPSHOT];
  private final byte[] now = new byte[SNAPSHOT];
  private long nextTable = TABLES + 4096;

  final Vcpu c;

  Twin(Form form, Ground ground) {
    this(new Rig(form), ground);
  }

  /** One whose code is translated, all that can be. */
  Twin(TranslatorOptions options, Ground ground) {
    this(new Rig(Form.TRANSLATED, options), ground);
  }

  private Twin(Rig rig, Ground ground) {
    this.ground = ground;
    this.rig = rig;
    c = rig.c;
    for (long page = 0; page < PAGES; page++) {
      map(page << 12, page << 12, 7);
    }
    map(MISSING, MISSING, 0);
    map(READ_ONLY, READ_ONLY, 5);
    map(SUPERVISOR, SUPERVISOR, 3);
    map(LOW_END, 0xa000, 7);
    map(HIGH_START, 0xb000, 7);
    map(TOP, 0xc000, 7);
    map(FLAT_TOP, 0xe000, 7);
    map(0, 0xd000, 7);
    for (int vector = 0; vector < 32; vector++) {
      long handler = HANDLERS + vector * 32L;
      rig.memory.write(IDT + 16L * vector, 8, 0x0000_8e01_0008_0000L | handler);
    }
    for (long at = HANDLERS; at < HANDLERS + 4096; at += 8) {
      rig.memory.write(at, 8, 0x9090_9090_9090_9090L);
    }
    rig.memory.write(GDT + 8, 8, 0x00af_9b00_0000_ffffL);
    rig.memory.write(GDT + 16, 8, 0x00cf_9300_0000_ffffL);
    rig.memory.write(GDT + 24, 8, 0x00af_fb00_0000_ffffL);
    rig.memory.write(GDT + 0x28, 8, 0x00cf_fb00_0000_ffffL);
    rig.memory.write(GDT + 0x30, 8, 0x00cf_9b00_0000_ffffL);
    rig.memory.write(TSS + 0x24, 8, INTERRUPT_STACK);
    VcpuState s = c.state;
    s.setCr(3, TABLES);
    s.setCr(4, Control.CR4_PAE);
    s.setCr(0, CR0);
    s.set(VcpuState.EFER, Control.EFER_LMA | Control.EFER_LME);
    s.set(VcpuState.GDTR_BASE, GDT);
    s.set(VcpuState.GDTR_LIMIT, 0x7f);
    s.set(VcpuState.IDTR_BASE, IDT);
    s.set(VcpuState.IDTR_LIMIT, 0x1ff);
    s.setSegment(Segment.TR, 0x20, TSS, 0x67, 0x8b00);
    s.setSegment(Segment.SS, 0, 0, 0xffff_ffffL, 0x9300 | Segment.BIG);
    s.setSegment(Segment.DS, 0x10, 0, 0xffff_ffffL, 0x9300 | Segment.BIG);
    s.setSegment(Segment.ES, 0x10, 0, 0xffff_ffffL, 0x9300 | Segment.BIG);
    s.setSegment(Segment.FS, 0x10, 0, 0xffff_ffffL, 0x9300 | Segment.BIG);
    s.setSegment(Segment.GS, 0x10, 0, 0x0fff_ffffL, 0x9100 | Segment.BIG);
    c.mmu.flushAll();
  }

  /** Maps the page at {@code la}; {@code rights} are the low bits of the entry. */
  void map(long la, long gpa, long rights) {
    long table = TABLES;
    for (int shift = 39; shift > 12; shift -= 9) {
      long entry = table + (la >>> shift & 0x1ff) * 8;
      table = rig.memory.read(entry, 8) & -4096L;
      if (table == 0) {
        table = nextTable;
        nextTable += 4096;
        rig.memory.write(entry, 8, table | 7);
      }
    }
    rig.memory.write(table + (la >>> 12 & 0x1ff) * 8, 8, gpa | rights);
  }

  /** gpa of the page table for the linear addresses below 2 MiB. */
  long lowTable() {
    long table = TABLES;
    for (int level = 0; level < 3; level++) {
      table = rig.memory.read(table, 8) & -4096L;
    }
    return table;
  }

  /**
   * Makes another address space, with its tables from {@code root} on, where {@code la} is at
   * {@code gpa} and all else below 2 MiB as here.
   */
  void mapElsewhere(long root, long la, long gpa) {
    byte[] table = new byte[4096];
    rig.memory.read(lowTable(), table, 0, table.length);
    for (int level = 0; level < 3; level++) {
      rig.memory.write(root + 4096L * level, 8, root + 4096L * (level + 1) | 7);
    }
    write(root + 3 * 4096, table);
    rig.memory.write(root + 3 * 4096 + (la >>> 12) * 8, 8, gpa | 7);
  }

  /** Remembers all memory as it is now, to which {@link #load} returns. */
  void remember() {
    rig.memory.read(0, before, 0, SNAPSHOT);
  }

  /** Puts code and contents of memory in place and makes the processor as given. */
  void load(
      byte[] code, byte[] data, long[] registers, long fs, long gs, long rflags, boolean user) {
    restore((int) GDT, (int) CODE);
    restore((int) IDT, (int) DATA);
    restore((int) INTERRUPT_STACK, SNAPSHOT);
    rig.memory.write(0x5000, data, 0, data.length);
    rig.memory.write(0xf000, before, 0xf000, 0x1000);
    rig.memory.write(CODE, code, 0, code.length);
    VcpuState s = c.state;
    for (int i = 0; i < 16; i++) {
      s.setReg(i, registers[i]);
    }
    int level = user ? 3 : 0;
    boolean wide = ground == Ground.FLAT_64;
    int selector = wide ? user ? USER_CODE : 8 : user ? USER_FLAT_CODE : FLAT_CODE;
    int attributes = (wide ? Segment.LONG : Segment.BIG) | 0x9b00 | level << Segment.DPL_SHIFT;
    s.setSegment(Segment.CS, selector, 0, 0xffff_ffffL, attributes);
    if (!wide) {
      s.setSegment(Segment.SS, 0x10 | level, 0, 0xffff_ffffL, 0x9300 | Segment.BIG);
    }
    s.setSegmentBase(Segment.FS, fs);
    s.setSegmentBase(Segment.GS, gs);
    Flags.setArithmetic(s, rflags);
    s.setSystemFlags(rflags & Rflags.AC);
    s.setCr(2, 0);
    s.setRip(CODE);
    c.setCpl(level);
    c.modeChanged();
    c.setShutdown(false);
    c.setHalted(false);
  }

  /**
   * Makes the x87 state as given, before {@link #load}: significand and exponent of eight
   * registers, then control, status, tags and opcode in one word, then the pointers.
   *
   * @param available whether x87 instructions are; else CR0.TS is set
   */
  void fpu(long[] words, boolean available) {
    for (int i = 0; i < 16; i++) {
      c.state.set(VcpuState.X87 + 8 * i, words[i]);
    }
    for (int i = 0; i < FPU.length; i++) {
      c.state.set(FPU[i], words[16 + i]);
    }
    c.state.setCr(0, available ? CR0 : CR0 | Control.CR0_TS);
  }

  /** If a stray store has changed memory here, it becomes what has been remembered. */
  private void restore(int from, int to) {
    rig.memory.read(from, now, from, to - from);
    if (!Arrays.equals(now, from, to, before, from, to)) {
      rig.memory.write(from, before, from, to - from);
      c.mmu.flushAll();
    }
  }

  /** An interrupt with this vector waits from now on. */
  void interrupt(int vector) {
    rig.interrupts.raise(vector);
  }

  /** Writes as a device does. */
  void write(long gpa, byte[] bytes) {
    rig.memory.write(gpa, bytes, 0, bytes.length);
  }

  Exit run(long budget) {
    return rig.engine.run(budget);
  }

  /** Registers, RIP, RFLAGS, CR2, what has been retired since {@code start}, privilege, x87. */
  long[] result(long start) {
    long[] all = new long[22 + FPU_WORDS];
    for (int i = 0; i < 16; i++) {
      all[i] = c.state.reg(i);
    }
    all[16] = c.state.rip();
    all[17] = c.rflags();
    all[18] = c.state.cr(2);
    all[19] = c.retired() - start;
    all[20] = c.cpl();
    all[21] = c.isShutdown() ? 1 : 0;
    for (int i = 0; i < 16; i++) {
      all[22 + i] = c.state.get(VcpuState.X87 + 8 * i);
    }
    for (int i = 0; i < FPU.length; i++) {
      all[38 + i] = c.state.get(FPU[i]);
    }
    return all;
  }

  void memory(byte[] into) {
    rig.memory.read(0, into, 0, SNAPSHOT);
  }

  /** Makes all memory as given. */
  void sync(byte[] image) {
    rig.memory.write(0, image, 0, SNAPSHOT);
    c.mmu.flushAll();
  }

  static byte[] image() {
    return new byte[SNAPSHOT];
  }

  /** From now on each retired instruction takes so long, as {@code VmClock.pace} has it. */
  void setPace(long each) {
    rig.time.setPace(each);
  }

  @Override
  public void close() {
    rig.close();
  }
}
