package jvisor.cpu.events;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import jdk.jfr.FlightRecorder;
import jvisor.cpu.interpreter.Block;
import jvisor.cpu.interpreter.ForwardingTier;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.translator.Translation;
import jvisor.cpu.translator.TranslationListener;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * A tier whose exits are counted, and told to the flight recorder from time to time: an event for
 * each would be a million in a second.
 */
final class CountedTier extends ForwardingTier {
  private static final Mnemonic[] NOTHING = {};

  private final HotTier tier;
  private final Map<Integer, Mnemonic[]> translations = new ConcurrentHashMap<>();

  /** Those of each processor. */
  private final List<ExitCounts> counts = new CopyOnWriteArrayList<>();

  private final Runnable event = this::tell;

  /** Counts the exits of what {@code maker} makes, which is to tell the listener it is given. */
  CountedTier(Function<TranslationListener, HotTier> maker) {
    tier = maker.apply(new Mnemonics());
    FlightRecorder.addPeriodicEvent(ExitsEvent.class, event);
  }

  @Override
  protected HotTier tier() {
    return tier;
  }

  @Override
  public Runner runner(Vcpu c) {
    return new CountedRunner(c, super.runner(c));
  }

  private void tell() {
    for (ExitCounts each : counts) {
      each.read((cause, times) -> {
        ExitsEvent exits = new ExitsEvent();
        exits.cause = cause;
        exits.times = times;
        exits.commit();
      });
    }
  }

  @Override
  public void close() {
    tell();
    FlightRecorder.removePeriodicEvent(event);
    super.close();
  }

  private void count(Vcpu c, ExitCounts counts, int exit) {
    if (exit == BETWEEN_BLOCKS) {
      if (c.attention.raised()) {
        counts.attention();
      } else {
        counts.betweenBlocks();
      }
      return;
    }
    int op = exit & OP_MASK;
    Mnemonic[] instructions = translations.getOrDefault(exit >>> NUMBER_SHIFT, NOTHING);
    if ((exit & REST) != 0) {
      counts.rest();
    } else if (op >= instructions.length) {
      counts.end();
    } else {
      counts.instruction(instructions[op]);
    }
  }

  /** Keeps what instructions translations consist of. */
  private final class Mnemonics implements TranslationListener {
    @Override
    public void translated(Translation translation) {
      List<Insn> insns = translation.instructions();
      Mnemonic[] all = new Mnemonic[insns.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = insns.get(i).mnemonic();
      }
      translations.put(translation.number(), all);
    }

    @Override
    public void flushed(int count, long bytes) {
      translations.clear();
    }
  }

  private final class CountedRunner extends ForwardingRunner {
    private final Vcpu c;
    private final ExitCounts own = new ExitCounts();

    CountedRunner(Vcpu c, Runner runner) {
      super(runner);
      this.c = c;
      counts.add(own);
    }

    @Override
    public int start(Block block) {
      int exit = super.start(block);
      count(c, own, exit);
      return exit;
    }

    @Override
    public int resume(int from) {
      int exit = super.resume(from);
      count(c, own, exit);
      return exit;
    }
  }
}
