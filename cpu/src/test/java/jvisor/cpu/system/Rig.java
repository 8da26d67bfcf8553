package jvisor.cpu.system;

import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import jvisor.cpu.alone.NoInterrupts;
import jvisor.cpu.interpreter.InstructionSet;
import jvisor.cpu.interpreter.Interpreter;
import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.model.CpuModel;
import jvisor.cpu.model.CpuModels;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.platform.GuestMemory;
import jvisor.platform.MmioBus;
import jvisor.platform.PortBus;
import jvisor.platform.VmClock;

/**
 * A processor with one megabyte of memory and tables at fixed places, into which a test puts
 * descriptors and single instructions. Handlers need not exist: tests look at RIP and the stack on
 * entry.
 */
final class Rig implements AutoCloseable {
  static final int GDT = 0x1000;
  static final int IDT = 0x2000;
  static final int LDT = 0x3000;
  static final int TSS = 0x4000;
  static final int OTHER_TSS = 0x5000;
  static final int PAGES = 0x8000;
  static final int CODE = 0x10000;
  static final int STACK0 = 0x20000;
  static final int STACK3 = 0x30000;
  static final int IST1 = 0x40000;

  static final int CODE0 = 0x08;
  static final int DATA0 = 0x10;
  static final int CODE3 = 0x18 | 3;
  static final int DATA3 = 0x20 | 3;
  static final int CODE64 = 0x28;
  static final int CODE64_USER = 0x30 | 3;
  static final int TSS_SELECTOR = 0x40;
  static final int OTHER_TSS_SELECTOR = 0x50;
  static final int LDT_SELECTOR = 0x60;
  static final int CONFORMING = 0x70;
  static final int FREE = 0x80;
  static final int ABSENT = 0x90;

  static final int RAX = 0;
  static final int RCX = 1;
  static final int RDX = 2;
  static final int RBX = 3;
  static final int RSP = 4;
  static final int RSI = 6;
  static final int RDI = 7;

  final MmioBus mmio = new MmioBus();
  final GuestMemory memory = new GuestMemory(1 << 20, 1L << 31, mmio);
  final PortBus ports = new PortBus();
  final Vcpu c;
  final VcpuState s;
  final Interpreter engine;
  long now;

  Rig() {
    this(CpuModels.standard(false));
  }

  static Rig intel() {
    return new Rig(CpuModels.of("intel", List.of(), List.of(), false));
  }

  /** With every feature, tested or not. */
  static Rig everything() {
    return new Rig(
        new CpuModel("test", CpuModel.AMD, "test", 0, EnumSet.allOf(CpuFeature.class), 40, false));
  }

  Rig(CpuModel model) {
    c = new Vcpu(0, model, memory, ports, new Clock());
    s = c.state;
    engine =
        new Interpreter(
            c, InstructionSet.semantics(), new NoInterrupts(), (rip, bytes) -> {}, true);
    Reset.powerOn(c);
  }

  /** Real mode with all segments 0 and the interrupt table at 0. */
  Rig real() {
    for (int segment = Segment.ES; segment <= Segment.GS; segment++) {
      s.setSegment(segment, 0, 0, 0xffff, 0x9300);
    }
    s.setReg(RSP, 0x8000);
    s.setRip(0x1000);
    c.modeChanged();
    return this;
  }

  /** 32-bit protected mode at privilege level 0, flat segments, no paging. */
  Rig protectedMode() {
    tables();
    s.setCr(0, Control.CR0_PE | Control.CR0_ET | Control.CR0_NE);
    load(Segment.CS, CODE0);
    for (int segment : new int[] {Segment.SS, Segment.DS, Segment.ES, Segment.FS, Segment.GS}) {
      load(segment, DATA0);
    }
    task(0x8900 | 1 << 9);
    s.setReg(RSP, STACK0);
    s.setReg(RDX, 0);
    s.setRip(CODE);
    c.setCpl(0);
    c.modeChanged();
    memory.write(TSS + 4, 4, STACK0 - 0x1000);
    memory.write(TSS + 8, 4, DATA0);
    return this;
  }

  /** 64-bit mode at privilege level 0, the first gigabyte mapped to itself for user code too. */
  Rig longMode() {
    tables();
    memory.write(PAGES, 8, PAGES + 0x1000 | 7);
    memory.write(PAGES + 0x1000, 8, PAGES + 0x2000 | 7);
    memory.write(PAGES + 0x2000, 8, 0x87);
    s.setCr(0, Control.CR0_PE | Control.CR0_ET | Control.CR0_NE | Control.CR0_PG);
    s.setCr(3, PAGES);
    s.setCr(4, Control.CR4_PAE | Control.CR4_OSFXSR);
    s.set(
        VcpuState.EFER, Control.EFER_LMA | Control.EFER_LME | Control.EFER_SCE | Control.EFER_NXE);
    load(Segment.CS, CODE64);
    for (int segment : new int[] {Segment.SS, Segment.DS, Segment.ES, Segment.FS, Segment.GS}) {
      load(segment, DATA0);
    }
    task(0x8b00);
    s.setReg(RSP, STACK0);
    s.setReg(RDX, 0);
    s.setRip(CODE);
    c.setCpl(0);
    c.mmu.flushAll();
    c.modeChanged();
    memory.write(TSS + 4, 8, STACK0 - 0x1000);
    memory.write(TSS + 0x24, 8, IST1);
    return this;
  }

  /** Goes on at privilege level 3 in the present width. */
  Rig user() {
    load(Segment.CS, c.is64Bit() ? CODE64_USER : CODE3);
    for (int segment : new int[] {Segment.SS, Segment.DS, Segment.ES, Segment.FS, Segment.GS}) {
      load(segment, DATA3);
    }
    s.setReg(RSP, STACK3);
    c.setCpl(3);
    c.modeChanged();
    return this;
  }

  private void tables() {
    s.set(VcpuState.GDTR_BASE, GDT);
    s.set(VcpuState.GDTR_LIMIT, 0xff);
    s.set(VcpuState.IDTR_BASE, IDT);
    s.set(VcpuState.IDTR_LIMIT, 0xfff);
    descriptor(CODE0, 0, 0xfffff, 0x9b, 0xc);
    descriptor(DATA0, 0, 0xfffff, 0x93, 0xc);
    descriptor(CODE3, 0, 0xfffff, 0xfb, 0xc);
    descriptor(DATA3, 0, 0xfffff, 0xf3, 0xc);
    descriptor(CODE64, 0, 0xfffff, 0x9b, 0xa);
    descriptor(CODE64_USER, 0, 0xfffff, 0xfb, 0xa);
    descriptor(TSS_SELECTOR, TSS, 0x67, 0x89, 0);
    descriptor(OTHER_TSS_SELECTOR, OTHER_TSS, 0x67, 0x89, 0);
    descriptor(LDT_SELECTOR, LDT, 0xff, 0x82, 0);
    descriptor(CONFORMING, 0, 0xfffff, 0x9f, 0xc);
    descriptor(ABSENT, 0, 0xfffff, 0x13, 0xc);
    s.setSegment(Segment.LDTR, 0, 0, 0, Segment.UNUSABLE);
  }

  private void task(int attributes) {
    s.setSegment(Segment.TR, TSS_SELECTOR, TSS, 0x67, attributes);
    descriptor(TSS_SELECTOR, TSS, 0x67, 0x8b, 0);
  }

  private void load(int segment, int selector) {
    SegmentLoader.set(c, segment, selector, memory.read(GDT + (selector & 0xfff8), 8));
  }

  /** Writes a descriptor of the GDT; {@code flags} are G, D/B, L, AVL. */
  void descriptor(int selector, long base, int limit, int access, int flags) {
    memory.write(GDT + (selector & 0xfff8), 8, encode(base, limit, access, flags));
  }

  static long encode(long base, int limit, int access, int flags) {
    return limit & 0xffff
        | (base & 0xff_ffff) << 16
        | (long) access << 40
        | (limit >> 16 & 0xfL) << 48
        | (long) flags << 52
        | (base >>> 24 & 0xff) << 56;
  }

  /** Writes a call gate to the GDT. */
  void callGate(int selector, int target, int offset, int access, int parameters) {
    memory.write(
        GDT + (selector & 0xfff8), 8, gateBits(target, offset, access) | (long) parameters << 32);
  }

  private static long gateBits(int target, int offset, int access) {
    return offset & 0xffff
        | (long) target << 16
        | (long) access << 40
        | (offset >>> 16 & 0xffffL) << 48;
  }

  /** Writes an eight-byte gate of the IDT. */
  void gate(int vector, int target, int offset, int access) {
    memory.write(IDT + 8 * vector, 8, gateBits(target, offset, access));
    stopAt(offset);
  }

  /** Writes a sixteen-byte gate of the IDT. */
  void gate64(int vector, int target, long offset, int access, int ist) {
    memory.write(IDT + 16 * vector, 8, gateBits(target, (int) offset, access) | (long) ist << 32);
    memory.write(IDT + 16 * vector + 8, 8, offset >>> 32);
    stopAt(offset);
  }

  /** Writes an entry of the real-mode interrupt table at 0. */
  void vector(int vector, int segment, int offset) {
    memory.write(4 * vector, 4, segment << 16 | offset);
    stopAt((segment << 4) + offset);
  }

  /** A jump to itself: a faulting instruction does not count, so what follows runs instead. */
  void stopAt(long address) {
    memory.write(address, 2, 0xfeeb);
  }

  /** Puts code at RIP and runs its first instruction. */
  void run(String hex) {
    run(hex, 1);
  }

  /** Puts code at RIP and runs some instructions of it. */
  void run(String hex, int count) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    memory.write(s.segmentBase(Segment.CS) + s.rip(), bytes, 0, bytes.length);
    go(count);
  }

  /** Runs instructions from RIP on. */
  void go(int count) {
    c.attention.raise();
    engine.run(count);
    if (c.takeRequest()) {
      throw new IllegalStateException("nobody requests anything here");
    }
  }

  long reg(int index) {
    return s.reg(index);
  }

  /** Reads {@code size} bytes at {@code gpa}. */
  long at(long gpa, int size) {
    return memory.read(gpa, size);
  }

  /** Reads the n-th slot of {@code size} bytes of the stack, which must be at base 0. */
  long stack(int n, int size) {
    return memory.read(s.reg(RSP) + (long) n * size, size);
  }

  @Override
  public void close() {
    engine.close();
    c.close();
    memory.close();
  }

  private final class Clock implements VmClock {
    @Override
    public long now() {
      return now;
    }

    @Override
    public Timer timer(Runnable expiry) {
      throw new IllegalStateException("no timers here");
    }

    @Override
    public long epochSeconds() {
      return 0;
    }
  }
}
