package jvisor.cpu.interpreter;

import java.lang.invoke.VarHandle;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.Rflags;
import jvisor.cpu.state.Segment;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.system.Debug;
import jvisor.cpu.system.Delivery;
import jvisor.cpu.vcpu.InterruptUnit;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import org.jspecify.annotations.Nullable;

/**
 * The interpreter's main loop. One instance per processor; {@link #run} is called by the thread
 * that owns the processor.
 */
public final class Interpreter implements AutoCloseable {
  /**
   * A guest whose handlers fault for ever completes nothing; it still comes back after this many.
   */
  private static final int MAX_FAULTS = 1000;

  /**
   * Where the processor's number lies in a context: blocks are shared, what they lead to is not.
   */
  private static final int NUMBER_SHIFT = 58;

  private final Vcpu c;
  private final InterruptUnit interrupts;
  private final JumpCache jumps = new JumpCache();
  private final FetchCache fetches = new FetchCache();
  private final CodeCache cache;
  private final BlockBuilder builder;
  private final @Nullable HotBlocks hot;

  /** Whether other processors run at the same time. */
  private final boolean shared;

  /** The context of {@link JumpCache} answers; see {@link #contextChanged}. */
  private long context;

  private long fetchContext;
  private Ground ground = Ground.SEGMENTED_16;
  private long codeBase;
  private boolean careful;
  private int faultsLeft;

  /**
   * Creates the engine of {@code c}.
   *
   * @param fastForms whether frequent forms get ops of their own; without, every instruction runs
   *     through its semantic
   */
  public Interpreter(
      Vcpu c,
      SemanticTable semantics,
      InterruptUnit interrupts,
      UnknownCode unknownCode,
      boolean fastForms) {
    this(c, semantics, interrupts, unknownCode, fastForms, new CodeCache(c.mmu.memory()));
  }

  /**
   * Creates the engine of {@code c}, one of several.
   *
   * @param code the blocks of all of them, which have one model and one memory
   */
  public Interpreter(
      Vcpu c,
      SemanticTable semantics,
      InterruptUnit interrupts,
      UnknownCode unknownCode,
      boolean fastForms,
      CodeCache code) {
    this.c = c;
    this.interrupts = interrupts;
    this.cache = code;
    this.shared = c.mmu.memory().lock().isShared();
    this.builder = new BlockBuilder(c, semantics, new FastForms(fastForms), unknownCode);
    HotTier tier = code.tier();
    this.hot = tier == null ? null : new HotBlocks(c, tier, builder, this::contextNow);
    code.serve(c.mmu, c.number);
  }

  /** Runs at most {@code budget} instructions, and exactly as many if nothing else ends the run. */
  public Exit run(long budget) {
    long end = c.retired() + budget;
    contextChanged();
    faultsLeft = MAX_FAULTS;
    while (true) {
      if (faultsLeft < 0) {
        return Exit.GAVE_WAY;
      }
      if (c.attention.raised()) {
        c.attention.clear();
        if (c.takeRequest()) {
          return Exit.ATTENTION;
        }
        if (c.takeRelax()) {
          return Exit.GAVE_WAY;
        }
        attend();
      }
      if (c.isHalted()) {
        return Exit.HALTED;
      }
      if (c.isShutdown()) {
        return Exit.SHUTDOWN;
      }
      long left = end - c.retired();
      if (left <= 0) {
        return Exit.BUDGET;
      }
      if (careful || c.hasInterruptShadow()) {
        step();
      } else {
        runBlocks(end);
      }
    }
  }

  /** Looks at every source of interrupts; the word has been cleared. */
  private void attend() {
    if (c.hasInterruptShadow()) {
      return;
    }
    if (interrupts.hasNmi() && !c.isNmiBlocked()) {
      interrupts.takeNmi();
      c.setHalted(false);
      Delivery.nmi(c);
    } else if ((c.state.systemFlags() & Rflags.IF) != 0 && interrupts.hasInterrupt()) {
      int vector = interrupts.acknowledge();
      if (vector >= 0) {
        c.setHalted(false);
        Delivery.interrupt(c, vector);
      }
    }
    if (hot != null) {
      hot.interruptsWait(interrupts.hasInterrupt() || c.isNmiBlocked());
    }
    contextChanged();
  }

  /**
   * Runs block after block until something wants attention or {@code end} instructions are retired.
   */
  private void runBlocks(long end) {
    VcpuState s = c.state;
    long retired = c.retired();
    Block last = null;
    do {
      long rip = s.rip();
      long la = codeBase + rip;
      Block block = last == null ? null : last.successor(la, context);
      if (block == null) {
        block = find(rip, la);
        if (block == null) {
          return;
        }
        if (last != null && ground.isFlat()) {
          last.follow(la, context, block);
        }
      }
      // What follows is remembered in the block, which others may be running at the same time.
      last = shared ? null : block;
      Op[] ops = block.ops;
      int count = ops.length;
      boolean whole = count <= end - retired;
      if (hot != null && whole && hot.takes(block)) {
        if (!runHot(hot, block, end - retired)) {
          return;
        }
        last = null;
        retired = c.retired();
        continue;
      }
      if (!whole) {
        count = (int) (end - retired);
      }
      s.set(VcpuState.BLOCK_BASE, rip);
      int at = 0;
      try {
        for (; at < count; at++) {
          ops[at].execute(c);
        }
      } catch (GuestFault fault) {
        c.retire(at);
        s.setRip(rip + ops[at].offset & ground.ripMask);
        fault();
        return;
      } catch (BlockLeft left) {
        whole = false;
        count = at;
      }
      c.retire(count);
      retired += count;
      if (!whole) {
        s.setRip(rip + (count < ops.length ? ops[count].offset : block.length) & ground.ripMask);
      } else if (!block.branches) {
        s.setRip(rip + block.length & ground.ripMask);
      } else if (block.system) {
        contextChanged();
        if (isUnusual()) {
          return;
        }
      }
    } while (retired < end && !c.attention.raised());
  }

  /** Whether the next instruction needs a look around it, or there is none. */
  private boolean isUnusual() {
    return careful || c.hasInterruptShadow() || c.isHalted();
  }

  /**
   * Runs a hot block and what follows; false if it ended in a fault, which is delivered, or the
   * next instruction needs a look around it.
   */
  private boolean runHot(HotBlocks blocks, Block block, long budget) {
    HotBlocks.End end = blocks.run(block, budget);
    if (end == HotBlocks.End.FAULT) {
      fault();
      return false;
    }
    if (end == HotBlocks.End.SYSTEM || blocks.hasChangedContext()) {
      contextChanged();
    }
    return !isUnusual();
  }

  /** Reads the context again; answers it, or that the next instruction needs a look around it. */
  private long contextNow() {
    contextChanged();
    return isUnusual() ? HotBlocks.UNUSUAL : context;
  }

  /**
   * Runs one instruction with everything that needs a look around each: TF, breakpoints, shadows.
   */
  private void step() {
    VcpuState s = c.state;
    boolean shadow = c.hasInterruptShadow();
    boolean stepped = (s.systemFlags() & Rflags.TF) != 0;
    long rip = s.rip();
    c.setInterruptShadow(false);
    if (careful && Debug.beforeInstruction(c, codeBase + rip)) {
      faultsLeft--;
      c.attention.raise();
      contextChanged();
      return;
    }
    Block block = find(rip, codeBase + rip);
    if (block == null) {
      return;
    }
    s.set(VcpuState.BLOCK_BASE, rip);
    if (hot != null && ground.isFlat()) {
      // Behind STI or IRET; the next time translations may go on here.
      hot.passes(block);
    }
    Op op = block.ops[0];
    try {
      op.execute(c);
    } catch (GuestFault fault) {
      s.setRip(rip & ground.ripMask);
      fault();
      return;
    } catch (BlockLeft left) {
      return;
    }
    c.retire(1);
    if (!block.branches || block.ops.length > 1) {
      s.setRip(rip + op.next & ground.ripMask);
    }
    if (shadow && c.hasInterruptShadow()) {
      c.setInterruptShadow(false);
    }
    if (careful) {
      Debug.afterInstruction(c, stepped);
    }
    c.attention.raise();
    contextChanged();
  }

  private void fault() {
    faultsLeft--;
    c.setInterruptShadow(false);
    Debug.faulted(c);
    Delivery.fault(c, c.fault);
    contextChanged();
  }

  /**
   * The block at {@code rip}, decoded if need be; null if its fetch faulted (and was delivered).
   */
  private @Nullable Block find(long rip, long la) {
    try {
      long reach = Long.MAX_VALUE;
      if (ground != Ground.FLAT_64) {
        la &= 0xffff_ffffL;
        reach = c.state.segmentLimit(Segment.CS) - rip + 1;
        if (reach <= 0) {
          throw c.gp(0);
        }
      }
      Block block = jumps.find(la, context);
      if (block == null) {
        long gpa = fetchAddress(la);
        block = cache.find(gpa, ground, c.number);
        if (block == null || !builder.isStillThere(block, la)) {
          block = cache.decode(builder, la, gpa, reach, ground, c.number);
        }
        noteFetch();
        jumps.put(la, context, block);
      }
      return block.length <= reach
          ? block
          : builder.build(la, c.mmu.fetchAddress(la), reach, ground);
    } catch (GuestFault fault) {
      fault();
      return null;
    }
  }

  private long fetchAddress(long la) {
    long gpa = fetches.find(la, context);
    if (gpa < 0) {
      gpa = c.mmu.fetchAddress(la);
      noteFetch();
      fetches.put(la, context, gpa);
    }
    return gpa;
  }

  /** A fetch may have changed the context. */
  private void noteFetch() {
    if (c.mmu.fetchContext() != fetchContext) {
      contextChanged();
    }
  }

  /** Reads again what blocks take for granted. */
  private void contextChanged() {
    if (shared) {
      // What has run may have been a serializing instruction.
      VarHandle.fullFence();
    }
    ground = Ground.of(c);
    codeBase = ground.isFlat() ? 0 : c.state.segmentBase(Segment.CS);
    fetchContext = c.mmu.fetchContext();
    context = context(fetchContext, ground);
    careful = Debug.careful(c);
    if (hot != null) {
      hot.contextChanged(context, contextOf(true), contextOf(false));
    }
  }

  private long contextOf(boolean user) {
    return context(c.mmu.fetchContext(user), Ground.FLAT_64);
  }

  private long context(long fetches, Ground on) {
    long own = fetches << 2 | on.ordinal();
    return (long) c.number << NUMBER_SHIFT | own & (1L << NUMBER_SHIFT) - 1;
  }

  @Override
  public void close() {
    cache.clear();
  }
}
