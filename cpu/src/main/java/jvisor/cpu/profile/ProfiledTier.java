package jvisor.cpu.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import jvisor.cpu.interpreter.Block;
import jvisor.cpu.interpreter.ForwardingTier;
import jvisor.cpu.translator.Translation;
import jvisor.cpu.translator.TranslationListener;
import jvisor.cpu.translator.Translator;
import jvisor.cpu.translator.TranslatorOptions;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;

/** A {@link Translator} of which everything is counted that goes in and out. */
public final class ProfiledTier extends ForwardingTier {
  /** Places of blocks that are remembered when their translations are flushed. */
  private static final int MOST_PLACES = 1 << 18;

  private final Translator translator;
  private final List<BlockRecord> numbers = new ArrayList<>();
  private final Map<Long, BlockRecord> places = new HashMap<>();
  private final Map<Block, Cause> refusals = new WeakHashMap<>();
  private final Tally exits = new Tally();
  private final Tally interpreted = new Tally();
  private final Tally refused = new Tally();
  private volatile Activity activity = Activity.ELSEWHERE;
  private long translated;
  private long translatedInstructions;
  private long codeBytes;
  private long invalidated;
  private long flushes;
  private long entries;
  private long resumed;

  /**
   * Creates the translator.
   *
   * @param listener told of translations as well
   */
  public ProfiledTier(TranslatorOptions options, TranslationListener listener) {
    translator =
        new Translator(
            options.counting(true), TranslationListener.all(List.of(new Records(), listener)));
  }

  /** What the thread that runs the processors is at; any thread may ask. */
  public Activity activity() {
    return activity;
  }

  @Override
  protected Translator tier() {
    return translator;
  }

  @Override
  public int translate(Block block, Insn[] instructions, long la) {
    activity = Activity.TRANSLATING;
    int number = super.translate(block, instructions, la);
    activity = Activity.ELSEWHERE;
    return number;
  }

  @Override
  public void unfit(Block block, Insn[] instructions) {
    boolean system = block.isOfTheSystem();
    String why =
        system && instructions.length > 0
            ? BlockRecord.form(instructions[0])
            : block.isFlat() ? "observed" : "16-bit or segmented code";
    refuse(block, new Cause(system ? ExitKind.SYSTEM : ExitKind.UNFIT, why));
  }

  private void refuse(Block block, Cause cause) {
    refusals.put(block, cause);
    refused.add(cause, block.size());
  }

  @Override
  public Runner runner(Vcpu c) {
    return new ProfiledRunner(c, super.runner(c), this);
  }

  // ---------------------------------------------------------------- of the runners

  /** Emitted code is entered, or has been left. */
  void at(Activity now) {
    activity = now;
  }

  void entered(boolean behindAnInstruction) {
    if (behindAnInstruction) {
      resumed++;
    } else {
      entries++;
    }
  }

  void exit(Cause cause) {
    exits.add(cause, 0);
  }

  void interpreted(Cause cause, Block block) {
    interpreted.add(cause, block.size());
  }

  /** Why this block, which has no translation, is interpreted. */
  Cause whyInterpreted(Block block) {
    Cause known = refusals.get(block);
    return known != null ? known : new Cause(ExitKind.COLD, "");
  }

  BlockRecord record(int exit) {
    return numbers.get(exit >>> NUMBER_SHIFT);
  }

  // ---------------------------------------------------------------- the end

  /**
   * What has been counted so far, on the thread that runs the processors or once it has ended.
   *
   * @param hottest how many blocks are shown
   */
  public TierReport report(int hottest) {
    List<BlockRecord> all = new ArrayList<>(places.values());
    Map<BlockRecord, Long> now = new HashMap<>();
    for (int number = 0; number < numbers.size(); number++) {
      now.merge(numbers.get(number), translator.executions(number), Long::sum);
    }
    Comparator<BlockRecord> heat = Comparator.comparingLong(r -> executed(r, now));
    List<TierReport.Hot> hot =
        all.stream()
            .sorted(heat.thenComparingLong(BlockRecord::exits).reversed())
            .limit(hottest)
            .map(r -> hot(r, r.executions() + now.getOrDefault(r, 0L)))
            .toList();
    return new TierReport(
        translated,
        translatedInstructions,
        codeBytes,
        invalidated,
        flushes,
        entries,
        resumed,
        all.stream().mapToLong(r -> executed(r, now)).sum(),
        exits.lines(),
        interpreted.lines(),
        refused.lines(),
        hot);
  }

  private static long executed(BlockRecord r, Map<BlockRecord, Long> now) {
    return (r.executions() + now.getOrDefault(r, 0L)) * r.instructions().size();
  }

  private static TierReport.Hot hot(BlockRecord r, long executions) {
    Translation t = r.translation();
    return new TierReport.Hot(
        t.block().gpa(),
        t.la(),
        r.instructions().size(),
        executions,
        r.exits(),
        TranslationText.lines(t));
  }

  /** Keeps the records of translations. */
  private final class Records implements TranslationListener {
    @Override
    public void translated(Translation t) {
      translated++;
      translatedInstructions += t.instructions().size();
      codeBytes += t.size();
      long place = t.block().gpa() << 1 | (t.block().isNarrow() ? 1 : 0);
      BlockRecord known = places.get(place);
      if (known != null && known.instructions().size() == t.instructions().size()) {
        known.again(t);
      } else {
        known = new BlockRecord(t);
        places.put(place, known);
      }
      numbers.add(known);
    }

    @Override
    public void refused(Block block, List<Insn> instructions, int leaving) {
      Insn first =
          instructions.stream()
              .filter(i -> !emits(i, block.isNarrow()))
              .findFirst()
              .orElse(instructions.getFirst());
      refuse(block, new Cause(ExitKind.REFUSED, BlockRecord.form(first)));
    }

    @Override
    public void invalidated(int number) {
      invalidated++;
    }

    @Override
    public void flushed(int translations, long bytes) {
      flushes++;
      for (int number = 0; number < numbers.size(); number++) {
        numbers.get(number).executed(translator.executions(number));
      }
      numbers.clear();
      if (places.size() > MOST_PLACES) {
        places.clear();
      }
    }
  }
}
