package jvisor.machine.vm;

import java.util.List;
import jvisor.cpu.interpreter.Exit;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.machine.clock.MachineClock;
import jvisor.machine.clock.Wakeup;
import org.jspecify.annotations.Nullable;

/**
 * The processors of a machine taking turns on its thread. A turn is a number of instructions, so
 * that who runs when depends on the guest alone. It ends early when the processor halts or says by
 * PAUSE that it waits while another one could run; as long as somebody waits like that, all turns
 * are short: those of the others, for which it waits, and its own, for it may go on to wait without
 * a word. Nobody else is ever in the middle of an instruction, so every instruction is atomic.
 */
final class Turns implements Schedule {
  /** The instructions of a turn: enough that caches pay. */
  private static final long TURN = 50_000;

  /** The instructions of a turn while somebody waits. */
  private static final long SHORT_TURN = 5_000;

  private final Processor[] processors;
  private final MachineClock clock;
  private final Wakeup wakeup;

  /** Bit n: processor n has ended its last turn waiting for another one. */
  private long waiting;

  private int at;
  private long left;
  private volatile Vcpu running;

  /** At most 64 processors, of which the first begins. */
  Turns(List<Processor> processors, MachineClock clock, Wakeup wakeup) {
    this.clock = clock;
    this.wakeup = wakeup;
    this.processors = processors.toArray(new Processor[0]);
    running = this.processors[0].vcpu();
    for (Processor processor : processors) {
      processor.vcpu().setCompany(() -> othersAreReady(processor));
    }
  }

  /** Begins anew with the first processor. */
  @Override
  public void reset() {
    at = 0;
    left = 0;
    waiting = 0;
  }

  @Override
  public void interrupt() {
    running.request();
  }

  @Override
  public boolean someoneIsReady() {
    for (Processor processor : processors) {
      if (processor.isReady()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Runs the processors that are ready for {@code budget} instructions in all: less if none is
   * ready any more, somebody {@link #interrupt}s, or a processor shuts down, which is answered.
   */
  @Override
  public @Nullable Processor run(long budget) {
    long rest = budget;
    while (rest > 0) {
      if (!choose()) {
        return null;
      }
      Processor processor = processors[at];
      Vcpu vcpu = processor.vcpu();
      running = vcpu;
      long before = vcpu.retired();
      Exit exit = processor.run(Math.min(rest, left));
      long ran = vcpu.retired() - before;
      rest -= ran;
      left -= ran;
      switch (exit) {
        case BUDGET -> {
          if (left <= 0) {
            waiting &= ~(1L << at);
          }
        }
        case ATTENTION -> {
          return null;
        }
        case GAVE_WAY -> {
          left = 0;
          waiting |= 1L << at;
          if (ran == 0) {
            return null;
          }
        }
        case HALTED -> {
          left = 0;
          waiting &= ~(1L << at);
          if (ran == 0) {
            return null;
          }
        }
        case SHUTDOWN -> {
          return processor;
        }
      }
    }
    return null;
  }

  @Override
  public void idle() {
    clock.idle(wakeup);
  }

  /** Decides who runs now; false if nobody can. */
  private boolean choose() {
    if (left > 0 && processors[at].isReady()) {
      return true;
    }
    for (int step = 1; step <= processors.length; step++) {
      int next = (at + step) % processors.length;
      if (processors[next].isReady()) {
        at = next;
        left = length();
        return true;
      }
    }
    return false;
  }

  private long length() {
    if (processors.length == 1) {
      return Long.MAX_VALUE;
    }
    return waiting == 0 ? TURN : SHORT_TURN;
  }

  private boolean othersAreReady(Processor one) {
    for (Processor processor : processors) {
      if (processor != one && processor.isReady()) {
        return true;
      }
    }
    return false;
  }
}
