package jvisor.cpu.events;

import java.util.List;
import java.util.function.Function;
import jdk.jfr.FlightRecorder;
import jvisor.cpu.interpreter.Block;
import jvisor.cpu.interpreter.HotTier;
import jvisor.cpu.translator.Translation;
import jvisor.cpu.translator.TranslationListener;

/** Has JDK Flight Recorder record what becomes of translations, and why they are left. */
public final class FlightEvents implements TranslationListener {
  private TranslationEvent running = new TranslationEvent();

  private FlightEvents() {}

  /**
   * What {@code maker} makes, with a listener that it is to tell of translations, and with its
   * exits counted. Nothing is added if this Java has no flight recorder or has not started it: the
   * first event would start it, which takes longer than all that a machine does before it runs.
   */
  public static HotTier tier(Function<TranslationListener, HotTier> maker) {
    return ModuleLayer.boot().findModule("jdk.jfr").isPresent() && FlightRecorder.isInitialized()
        ? new CountedTier(
            counts -> maker.apply(TranslationListener.all(List.of(new FlightEvents(), counts))))
        : maker.apply(TranslationListener.NONE);
  }

  @Override
  public void begins(Block block) {
    running = new TranslationEvent();
    running.begin();
  }

  @Override
  public void translated(Translation translation) {
    running.end();
    if (running.shouldCommit()) {
      running.gpa = translation.block().gpa();
      running.la = translation.la();
      running.instructions = translation.instructions().size();
      running.codeSize = translation.size();
      running.commit();
    }
  }

  @Override
  public void invalidated(int number) {
    InvalidationEvent event = new InvalidationEvent();
    event.number = number;
    event.commit();
  }

  @Override
  public void flushed(int translations, long bytes) {
    FlushEvent event = new FlushEvent();
    event.translations = translations;
    event.codeSize = bytes;
    event.commit();
  }
}
