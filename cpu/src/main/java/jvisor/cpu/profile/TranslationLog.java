package jvisor.cpu.profile;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import jvisor.cpu.interpreter.Block;
import jvisor.cpu.translator.Translation;
import jvisor.cpu.translator.TranslationListener;
import jvisor.isa.Insn;

/** Writes down, as text, what becomes of translations. */
public final class TranslationLog implements TranslationListener {
  private final Consumer<String> lines;
  private final TreeMap<Long, Integer> numbers = new TreeMap<>();

  /** A log that goes to {@code lines}, which are without line ends. */
  public TranslationLog(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void translated(Translation translation) {
    numbers.put(translation.hva(), translation.number());
    lines.accept(TranslationText.title(translation));
    TranslationText.lines(translation).forEach(lines);
  }

  @Override
  public void refused(Block block, List<Insn> instructions, int leaving) {
    lines.accept(
        "not translated: gpa %#x, %d of %d instructions would leave"
            .formatted(block.gpa(), leaving, instructions.size()));
  }

  @Override
  public void linked(long at, long target) {
    lines.accept("link: translation " + name(at) + " to " + name(target));
  }

  @Override
  public void shut(int number, String window) {
    lines.accept("shut: translation " + number + ", " + window);
  }

  @Override
  public void invalidated(int number) {
    lines.accept("invalidated: translation " + number);
  }

  @Override
  public void flushed(int translations, long bytes) {
    numbers.clear();
    lines.accept("flushed: %d translations, %d bytes of code".formatted(translations, bytes));
  }

  private String name(long place) {
    Map.Entry<Long, Integer> at = numbers.floorEntry(place);
    return at == null ? "?" : "%d+%x".formatted(at.getValue(), place - at.getKey());
  }
}
