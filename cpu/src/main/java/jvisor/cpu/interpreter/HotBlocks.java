package jvisor.cpu.interpreter;

import java.util.function.LongSupplier;
import jvisor.cpu.state.GuestFault;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Observer;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.platform.MachineLock;
import org.jspecify.annotations.Nullable;

/** Decides which blocks are hot, and does for the {@link HotTier} what it leaves. */
final class HotBlocks {
  /** No context: the next instruction needs a look around it. */
  static final long UNUSUAL = -1;

  /** How {@link #run} has ended. */
  enum End {
    /** Between two blocks. */
    BETWEEN,
    /** With an instruction that may have changed the context. */
    SYSTEM,
    /** With a fault, which is to be delivered; RIP is at the faulting instruction. */
    FAULT
  }

  /**
   * Instructions between two looks at which block runs, so that blocks are entered here in
   * proportion to how much they run.
   */
  private static final int SAMPLE = 1 << 15;

  /** The most of them, when blocks are met that have been seen often enough. */
  private static final int LONGEST_SAMPLE = 1 << 19;

  /** No block has more instructions. */
  private static final int LONGEST = HotTier.OP_MASK;

  private final Vcpu c;
  private final HotTier tier;
  private final HotTier.Runner runner;
  private final MachineLock lock;
  private final BlockBuilder builder;
  private final int threshold;
  private final int entriesToExtend;

  /** No address of an instruction. */
  private static final long NOWHERE = 1L << 62;

  /**
   * Where the budget has ended between two blocks. If the next is entered elsewhere, the
   * interpreter has stopped within a block, and what begins there is hardly ever met.
   */
  private long look = NOWHERE;

  /** How many instructions it is to the next look: twice as many after one at a known block. */
  private int sample = SAMPLE;

  /** Reads the context again; answers it, or {@link #UNUSUAL}. */
  private final LongSupplier contextNow;

  HotBlocks(Vcpu c, HotTier tier, BlockBuilder builder, LongSupplier contextNow) {
    this.contextNow = contextNow;
    this.c = c;
    this.tier = tier;
    this.builder = builder;
    lock = c.mmu.memory().lock();
    runner = tier.runner(c);
    threshold = tier.threshold();
    entriesToExtend = tier.entriesToExtend();
  }

  /** What blocks take for granted has changed. */
  void contextChanged(long context, long user, long supervisor) {
    runner.contextChanged(context, user, supervisor);
  }

  /** Whether running has changed the context. */
  boolean hasChangedContext() {
    return runner.hasChangedContext();
  }

  /** Whether an interrupt waits until the guest enables them, or NMIs until an IRET. */
  void interruptsWait(boolean wait) {
    runner.interruptsWait(wait);
  }

  /** Whether {@code block}, about to be entered, has a faster form; it gets one if it is hot. */
  boolean takes(Block block) {
    if (warm(block)) {
      return true;
    }
    runner.interpreted(block);
    return false;
  }

  /** {@code block}, whose address is in {@code BLOCK_BASE}, is about to be executed otherwise. */
  void passes(Block block) {
    if (warm(block)) {
      runner.passes(block);
    }
  }

  /** Counts one more entry of {@code block}; whether it has a faster form now. */
  private boolean warm(Block block) {
    int translation = block.translation;
    if (translation == Block.NEW) {
      if (++block.heat < threshold) {
        return false;
      }
      lock.enter();
      try {
        // Another processor may have done it meanwhile.
        if (block.translation == Block.NEW) {
          block.translated(tier, translate(block));
        }
        translation = block.translation;
      } finally {
        lock.exit();
      }
    }
    return translation >= 0;
  }

  private int translate(Block block) {
    boolean whole = block.isValid();
    Insn[] instructions = whole ? builder.decode(block) : new Insn[0];
    if (whole
        && (!block.system || tier.suits(instructions[0], block.isNarrow()))
        && block.ground.isFlat()
        && !hidesFromObserver(block, instructions)) {
      block.unsettles = block.system && tier.unsettles(instructions[0]);
      return tier.translate(block, instructions, c.state.rip());
    }
    tier.unfit(block, instructions);
    return Block.UNFIT;
  }

  /** Whether somebody wants to hear of an instruction that the tier does without the op. */
  private boolean hidesFromObserver(Block block, Insn[] instructions) {
    @Nullable Observer observer = c.observer();
    if (observer != null) {
      for (Insn insn : instructions) {
        if (observer.wants(insn) && tier.emits(insn, block.isNarrow())) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Runs a block that {@link #takes} has accepted, and what follows it, for at most {@code budget}
   * instructions, which suffice for the block. Afterwards RIP and the count of retired instructions
   * are exact.
   */
  End run(Block block, long budget) {
    VcpuState s = c.state;
    s.set(VcpuState.BLOCK_BASE, s.rip());
    boolean looks = threshold == 0 || look == s.rip();
    look = NOWHERE;
    if (looks && !seen(block)) {
      return End.BETWEEN;
    }
    if (looks && runner.isOftenShut()) {
      reopen();
    }
    long left = Math.min(budget, sample);
    runner.setBudget(left);
    int exit = runner.start(block);
    while (true) {
      if (exit == HotTier.BETWEEN_BLOCKS) {
        c.retire(left - runner.budget());
        s.setRip(s.get(VcpuState.BLOCK_BASE));
        if (runner.budget() < LONGEST) {
          look = s.rip();
        }
        return End.BETWEEN;
      }
      Block at = tier.block(exit);
      long whole = runner.budget() + at.ops.length;
      c.retire(left - whole);
      left = whole;
      int op = exit & HotTier.OP_MASK;
      boolean goesOn = op < at.ops.length && (exit & HotTier.REST) == 0;
      int done = op;
      try {
        if (goesOn) {
          long context = runner.contextInForce();
          at.ops[op].execute(c);
          done++;
          goesOn =
              at.isValid()
                  && !c.attention.raised()
                  && runner.resumesBehind(exit)
                  && (!at.system || isOver(at))
                  && (!at.unsettles || contextNow.getAsLong() == context);
        }
        if (!goesOn) {
          for (; done < at.ops.length; done++) {
            at.ops[done].execute(c);
          }
        }
      } catch (BlockLeft end) {
        leave(at, done);
        return End.BETWEEN;
      } catch (GuestFault fault) {
        leave(at, done);
        return End.FAULT;
      } catch (RuntimeException failure) {
        leave(at, done);
        throw failure;
      }
      if (!goesOn) {
        c.retire(done);
        if (!at.branches || op == at.ops.length) {
          s.setRip(s.get(VcpuState.BLOCK_BASE) + at.length & at.ground.ripMask);
        }
        return at.system ? End.SYSTEM : End.BETWEEN;
      }
      exit = runner.resume(exit);
    }
  }

  /**
   * Has seen {@code block} run, which is extended when it is seen often; whether it still runs so.
   */
  private boolean seen(Block block) {
    if (block.entries >= entriesToExtend) {
      sample = Math.min(2 * sample, LONGEST_SAMPLE);
      return true;
    }
    sample = SAMPLE;
    return ++block.entries < entriesToExtend || extend(block);
  }

  /** Extends a translated block; whether it is still translated then. */
  private boolean extend(Block block) {
    lock.enter();
    try {
      if (block.translation >= 0) {
        tier.extend(block, c.state, builder::decode);
      }
      return block.translation >= 0;
    } finally {
      lock.exit();
    }
  }

  private void reopen() {
    lock.enter();
    try {
      tier.reopen(c.state);
    } finally {
      lock.exit();
    }
  }

  /** Whether a block of the system's kind does not go on with its own instruction. */
  private boolean isOver(Block block) {
    long next = c.state.get(VcpuState.BLOCK_BASE) + block.length & block.ground.ripMask;
    return c.state.rip() == next;
  }

  /** The block ends before op {@code done}. */
  private void leave(Block block, int done) {
    c.retire(done);
    long base = c.state.get(VcpuState.BLOCK_BASE);
    c.state.setRip(base + block.ops[done].offset & block.ground.ripMask);
  }
}
