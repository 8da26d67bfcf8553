package jvisor.machine.lockstep;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import jvisor.machine.MachineException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the instruction after which the machines differ for the first time, by running pairs from
 * power-on again and again.
 */
final class Search {
  /** Makes pairs. */
  interface PairMaker {
    /** Makes a pair, switched on; the one that was made before is closed. */
    Pair make() throws MachineException;
  }

  private final PairMaker pairs;
  private final Typing typing;
  private final List<Long> pages;
  private final BooleanSupplier stopped;
  private final Consumer<String> notices;
  private int runs;

  /**
   * Prepares a search.
   *
   * @param typing what has been typed until the difference was seen
   * @param pages pages of memory that are known to have become different
   * @param stopped whether nobody waits for the answer any more
   * @param notices told of each new run
   */
  Search(
      PairMaker pairs,
      Typing typing,
      List<Long> pages,
      BooleanSupplier stopped,
      Consumer<String> notices) {
    this.pairs = pairs;
    this.typing = typing;
    this.pages = pages;
    this.stopped = stopped;
    this.notices = notices;
  }

  /**
   * Finds it between {@code same}, when the machines were the same, and {@code different}; null if
   * it is not to be found in repetitions.
   */
  @Nullable Finding find(long same, long different) throws MachineException {
    long start = same;
    long end = different;
    if (different - same > Walk.SLICE) {
      Pair pair = again(same);
      start = lastSame(pair, different);
      end = pair.count();
    }
    Finding found = bySteps(start, end);
    return found == null && !stopped.getAsBoolean() ? byRuns(start, end) : found;
  }

  private Pair again(long count) throws MachineException {
    notices.accept("lock step: run " + ++runs + " up to instruction " + count);
    Pair pair = pairs.make();
    Walk.again(pair, typing.again(), count);
    return pair;
  }

  /** Goes on by slices until one after which something differs; answers where that one began. */
  private long lastSame(Pair pair, long different) {
    Typing.Again again = typing.again();
    again.skip(pair.count());
    long start = pair.count();
    while (pair.count() < different && !pair.hasEnded() && !stopped.getAsBoolean()) {
      start = pair.count();
      Walk.slice(pair);
      if (!differences(pair).isEmpty()) {
        return start;
      }
      pair.forget();
      again.type(pair);
      if (pair.count() == start && pair.waitsForHost()) {
        return start;
      }
    }
    return start;
  }

  /** Registers, and the pages that are known. */
  private List<Difference> differences(Pair pair) {
    List<Difference> found = new ArrayList<>(pair.differences());
    found.addAll(pair.memory().words(pages));
    return found;
  }

  private @Nullable Finding bySteps(long start, long end) throws MachineException {
    Pair pair = again(start);
    pair.excuseFlags();
    while (pair.count() <= end && !pair.hasEnded() && !stopped.getAsBoolean()) {
      long before = pair.count();
      Executed executed = pair.step();
      List<Difference> found = differences(pair);
      if (!found.isEmpty()) {
        return finding(pair, before, executed != null, "", found);
      }
      if (pair.count() == before) {
        return null;
      }
    }
    return null;
  }

  /** Halves the run from {@code start} that makes a difference, until it is as short as can be. */
  private @Nullable Finding byRuns(long start, long end) throws MachineException {
    long low = start;
    long high = end;
    List<Difference> found = List.of();
    while (high - low > 1 && !stopped.getAsBoolean()) {
      long middle = low + (high - low) / 2;
      List<Difference> here = afterRun(start, middle);
      if (here.isEmpty()) {
        low = middle;
      } else {
        high = middle;
        found = here;
      }
    }
    if (found.isEmpty()) {
      return null;
    }
    Pair pair = again(start);
    long last = Math.max(start + 1, high - Walk.TAIL);
    while (pair.count() < last && pair.steps.step() != null) {}
    String how =
        "Stepped one by one the engines agree; they do not if they run from instruction "
            + start
            + " to "
            + last
            + " without a stop.";
    return finding(pair, last, true, how, found);
  }

  private List<Difference> afterRun(long start, long end) throws MachineException {
    Pair pair = again(start);
    pair.excuseFlags();
    Walk.to(pair, end);
    return differences(pair);
  }

  private static Finding finding(
      Pair pair, long count, boolean known, String how, List<Difference> differences) {
    List<String> lines = pair.steps.last().stream().map(pair::text).toList();
    return new Finding(count, known ? lines : List.of(), how, differences);
  }
}
