package jvisor.cpu.interpreter;

import java.util.function.Function;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;

/** A tier that is another in everything that it does not say otherwise. */
public abstract class ForwardingTier implements HotTier {
  /** The other one, which is closed with this one. */
  protected abstract HotTier tier();

  @Override
  public int threshold() {
    return tier().threshold();
  }

  @Override
  public int translate(Block block, Insn[] instructions, long la) {
    return tier().translate(block, instructions, la);
  }

  @Override
  public void unfit(Block block, Insn[] instructions) {
    tier().unfit(block, instructions);
  }

  @Override
  public boolean emits(Insn instruction, boolean narrow) {
    return tier().emits(instruction, narrow);
  }

  @Override
  public boolean unsettles(Insn system) {
    return tier().unsettles(system);
  }

  @Override
  public boolean suits(Insn system, boolean narrow) {
    return tier().suits(system, narrow);
  }

  @Override
  public int entriesToExtend() {
    return tier().entriesToExtend();
  }

  @Override
  public void extend(Block block, VcpuState s, Function<Block, Insn[]> decoder) {
    tier().extend(block, s, decoder);
  }

  @Override
  public void reopen(VcpuState s) {
    tier().reopen(s);
  }

  @Override
  public void forget(Block block) {
    tier().forget(block);
  }

  @Override
  public Block block(int exit) {
    return tier().block(exit);
  }

  @Override
  public Runner runner(Vcpu c) {
    return tier().runner(c);
  }

  @Override
  public void close() {
    tier().close();
  }

  /** A runner that is another in everything that it does not say otherwise. */
  public abstract static class ForwardingRunner implements Runner {
    private final Runner runner;

    /** One that forwards to {@code runner}. */
    protected ForwardingRunner(Runner runner) {
      this.runner = runner;
    }

    @Override
    public void contextChanged(long context, long user, long supervisor) {
      runner.contextChanged(context, user, supervisor);
    }

    @Override
    public long contextInForce() {
      return runner.contextInForce();
    }

    @Override
    public boolean hasChangedContext() {
      return runner.hasChangedContext();
    }

    @Override
    public void interruptsWait(boolean wait) {
      runner.interruptsWait(wait);
    }

    @Override
    public void setBudget(long instructions) {
      runner.setBudget(instructions);
    }

    @Override
    public long budget() {
      return runner.budget();
    }

    @Override
    public void interpreted(Block block) {
      runner.interpreted(block);
    }

    @Override
    public int start(Block block) {
      return runner.start(block);
    }

    @Override
    public void passes(Block block) {
      runner.passes(block);
    }

    @Override
    public boolean isOftenShut() {
      return runner.isOftenShut();
    }

    @Override
    public boolean resumesBehind(int exit) {
      return runner.resumesBehind(exit);
    }

    @Override
    public int resume(int exit) {
      return runner.resume(exit);
    }
  }
}
