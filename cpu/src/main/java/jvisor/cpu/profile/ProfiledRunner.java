package jvisor.cpu.profile;

import jvisor.cpu.interpreter.Block;
import jvisor.cpu.interpreter.ForwardingTier;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.isa.Operand;
import org.jspecify.annotations.Nullable;

/** One processor's way into translations, with a count of the ways out. */
final class ProfiledRunner extends ForwardingTier.ForwardingRunner {
  /** The most instructions that a block has. */
  private static final int LONGEST_BLOCK = 48;

  private static final Cause ATTENTION = new Cause(ExitKind.ATTENTION, "");
  private static final Cause BUDGET = new Cause(ExitKind.BUDGET, "");
  private static final Cause UNLINKED = new Cause(ExitKind.UNLINKED, "");
  private static final Cause VECTORS = new Cause(ExitKind.VECTORS, "");

  private final Vcpu c;
  private final ProfiledTier tier;
  private final Misses misses;

  /** Whether code was left between two blocks, for what comes next. */
  private boolean pending;

  ProfiledRunner(Vcpu c, HotTier.Runner runner, ProfiledTier tier) {
    super(runner);
    this.c = c;
    this.tier = tier;
    misses = new Misses(c.state);
  }

  @Override
  public void interpreted(Block block) {
    Cause cause = tier.whyInterpreted(block);
    tier.interpreted(cause, block);
    if (pending) {
      pending = false;
      tier.exit(cause);
    }
  }

  @Override
  public int start(Block block) {
    tier.entered(false);
    if (pending) {
      pending = false;
      tier.exit(UNLINKED);
    }
    tier.at(Activity.EMITTED);
    int exit = super.start(block);
    count(exit);
    return exit;
  }

  @Override
  public int resume(int from) {
    tier.entered(true);
    tier.at(Activity.EMITTED);
    int exit = super.resume(from);
    count(exit);
    return exit;
  }

  private void count(int exit) {
    tier.at(Activity.COUNTING);
    if (exit == HotTier.BETWEEN_BLOCKS) {
      if (c.attention.raised()) {
        tier.exit(ATTENTION);
      } else if (budget() < LONGEST_BLOCK) {
        tier.exit(BUDGET);
      } else {
        pending = true;
      }
    } else {
      tier.exit(cause(exit));
    }
    tier.at(Activity.ELSEWHERE);
  }

  private Cause cause(int exit) {
    int op = exit & HotTier.OP_MASK;
    BlockRecord block = tier.record(exit);
    block.left(op);
    if ((exit & HotTier.REST) != 0) {
      return VECTORS;
    }
    if (op == block.instructions().size()) {
      return new Cause(ExitKind.TARGET, "end of the page");
    }
    Insn i = block.instructions().get(op);
    boolean narrow = block.translation().block().isNarrow();
    if (!tier.emits(i, narrow)) {
      return block.always(op);
    }
    String miss = misses.of(i, block.next(op), narrow);
    if (miss != null) {
      return new Cause(ExitKind.PROBE, miss);
    }
    String target = branch(i);
    return target != null
        ? new Cause(ExitKind.TARGET, target)
        : new Cause(ExitKind.OPERANDS, BlockRecord.form(i));
  }

  private static @Nullable String branch(Insn i) {
    Mnemonic mnemonic = i.mnemonic();
    return switch (mnemonic) {
      case JCC -> "conditional jump";
      case RET -> "ret";
      case JMP, CALL ->
          (i.a.kind() == Operand.Kind.RELATIVE ? "" : "indirect ")
              + (mnemonic == Mnemonic.JMP ? "jump" : "call");
      default -> null;
    };
  }
}
