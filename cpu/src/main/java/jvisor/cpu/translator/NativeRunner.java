package jvisor.cpu.translator;

import java.util.Objects;
import jvisor.cpu.interpreter.Block;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.model.CpuFeature;
import jvisor.cpu.state.Control;
import jvisor.cpu.state.Flags;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.CodeMemory;
import jvisor.host.HostFault;
import jvisor.host.HostFaults;
import jvisor.host.HostMemory;
import jvisor.platform.GuestMemory;
import org.jspecify.annotations.Nullable;

/** One processor's way into translations. */
final class NativeRunner implements HotTier.Runner {
  private static final long PAGE = 4096;
  private static final int MXCSR_MASKS = 0x1f80;
  private static final long XCR0_VECTORS = 6;
  private static final int LAHF_MASK = 0xd5;

  /** Instructions for each window that is shut, if that happens seldom. */
  private static final int SELDOM = 512;

  private final Vcpu c;
  private final VcpuState s;
  private final int shutsToLook;
  private final GuestMemory memory;
  private final Placements translations;
  private final CodeMemory.Function enter;
  private final CodeMemory.Function serialize;
  private final TargetCache targets = new TargetCache();
  private final @Nullable PageTargets pages;
  private final Levels levels;
  private final @Nullable ExecutionCounts counts;
  private final boolean hasAvx;
  private boolean vectorsEnabled;
  private boolean contextChanged;
  private long context;

  /** Whether the code that was entered last is where it was; changed by whoever is alone. */
  private boolean isThere;

  /** How many instructions had been retired when windows that were shut were looked at last. */
  private long lastShut;

  /** Whether code has changed that this processor may have run; set by whoever is alone. */
  private boolean stale;

  NativeRunner(
      Vcpu c,
      Placements translations,
      CodeMemory.Function enter,
      CodeMemory.Function serialize,
      int shutsToLook,
      @Nullable PageTargets pages,
      @Nullable ExecutionCounts counts) {
    this.c = c;
    this.s = c.state;
    this.shutsToLook = shutsToLook;
    levels = new Levels(c);
    this.memory = c.mmu.memory();
    this.translations = translations;
    this.enter = enter;
    this.serialize = serialize;
    this.pages = pages;
    this.counts = counts;
    hasAvx = c.model.has(CpuFeature.AVX);
    if (counts != null) {
      s.set(Words.COUNTS, counts.hva());
    }
  }

  @Override
  public void contextChanged(long context, long user, long supervisor) {
    this.context = context;
    contextChanged = false;
    levels.contextChanged(user, supervisor, targets);
    s.set(Words.CONTEXT, context);
    s.set(Words.JUMPS, targets.table(context));
    boolean fpu = (s.cr(0) & (Control.CR0_EM | Control.CR0_TS)) == 0;
    boolean sse = fpu && (s.cr(4) & Control.CR4_OSFXSR) != 0;
    HostMemory.putByte(s.base + Words.X87_READY, fpu ? 1 : 0);
    vectorsEnabled = sse && (!hasAvx || isAvxEnabled());
  }

  @Override
  public long contextInForce() {
    return s.get(Words.CONTEXT);
  }

  @Override
  public boolean hasChangedContext() {
    boolean changed = contextChanged;
    contextChanged = false;
    return changed;
  }

  @Override
  public boolean isOftenShut() {
    long shut = s.get(Words.SHUTS);
    if (shut < shutsToLook) {
      return false;
    }
    long now = c.retired();
    boolean often = now - lastShut <= shut * SELDOM;
    lastShut = now;
    s.set(Words.SHUTS, 0);
    return often;
  }

  @Override
  public void interruptsWait(boolean wait) {
    levels.interruptsWait(wait);
  }

  private boolean isAvxEnabled() {
    return (s.cr(4) & Control.CR4_OSXSAVE) != 0
        && (s.get(VcpuState.XCR0) & XCR0_VECTORS) == XCR0_VECTORS;
  }

  @Override
  public void setBudget(long instructions) {
    s.set(Words.BUDGET, instructions);
    levels.setBudget(instructions);
  }

  @Override
  public long budget() {
    return s.get(Words.BUDGET);
  }

  @Override
  public int start(Block block) {
    passes(block);
    s.set(Words.PAGE_BASE, s.get(VcpuState.BLOCK_BASE) & -PAGE);
    return enter(translations.entry(block.translation()));
  }

  @Override
  public void passes(Block block) {
    long la = s.get(VcpuState.BLOCK_BASE);
    boolean known = targets.holds(la, context);
    targets.put(la, context, translations.entry(block.translation()));
    if (!known && pages != null) {
      pages.add(block, la, context, other -> addNeighbour(other, la & -PAGE));
    }
  }

  /** A block of a page that has just been reached for the first time may be reached likewise. */
  private void addNeighbour(Block block, long page) {
    long la = page + block.pageOffset();
    if (!targets.isTaken(la, context)) {
      targets.put(la, context, translations.entry(block.translation()));
    }
  }

  @Override
  public boolean resumesBehind(int exit) {
    return isThere
        && translations.get(exit >>> HotTier.NUMBER_SHIFT).resumesBehind(exit & HotTier.OP_MASK);
  }

  @Override
  public int resume(int exit) {
    return enter(translations.behind(exit >>> HotTier.NUMBER_SHIFT, exit & HotTier.OP_MASK));
  }

  /** The code for {@code la} that was at one hva is at another. */
  void moved(long la, long from, long to) {
    targets.moved(la, from, to);
  }

  private int enter(long code) {
    isThere = true;
    if (stale) {
      stale = false;
      serialize.call(0, 0, 0);
    }
    boolean ready = vectorsEnabled && (s.mxcsr() & MXCSR_MASKS) == MXCSR_MASKS;
    HostMemory.putByte(s.base + Words.VECTORS_READY, ready ? 1 : 0);
    s.set(Words.FLAGS, slot(Flags.arithmetic(s)));
    levels.entering();
    int exit = (int) enter.call(s.base, code, 0);
    if (exit == Stubs.FAULT) {
      throw fault();
    }
    long slot = s.get(Words.FLAGS);
    Flags.setArithmetic(s, slot >> 8 & LAHF_MASK | ((slot & 1) != 0 ? Rflags.OF : 0));
    contextChanged |= levels.left();
    boolean between = (exit & Stubs.BOUNDARY) != 0;
    int offset =
        between
            ? exit & ~Stubs.BOUNDARY
            : translations.get(exit >>> HotTier.NUMBER_SHIFT).block.pageOffset();
    s.set(VcpuState.BLOCK_BASE, s.get(Words.PAGE_BASE) + offset);
    return between ? HotTier.BETWEEN_BLOCKS : exit;
  }

  /** The arithmetic flags of RFLAGS as {@link Words#FLAGS} has them. */
  static long slot(long rflags) {
    return (rflags & LAHF_MASK) << 8 | ((rflags & Rflags.OF) != 0 ? 1 : 0);
  }

  private EmittedCodeFault fault() {
    HostFault fault = HostFaults.take(s.base + Words.FAULT);
    return translations.report(Objects.requireNonNull(fault), s.get(Words.PAGE_BASE), memory);
  }

  /** Other code is to run at the same place; the processor does not run now. */
  void changed() {
    stale = true;
  }

  /** No code is where it was. */
  void clear() {
    isThere = false;
    targets.clear();
    s.set(Words.SHUTS, 0);
    if (pages != null) {
      pages.clear();
    }
    if (counts != null) {
      counts.clear();
    }
  }

  /** How often a translation has been entered, if that is counted. */
  long executions(int number) {
    return counts == null ? 0 : counts.of(number);
  }

  void close() {
    targets.close();
    if (counts != null) {
      counts.close();
    }
  }
}
