package jvisor.cpu.translator;

import java.util.List;
import jvisor.cpu.interpreter.Block;
import jvisor.isa.Insn;

/**
 * Told of what becomes of translations, on the thread that runs the processors. It changes nothing.
 * Addresses of code are hvas of the mapping that runs.
 */
public interface TranslationListener {
  /** Does nothing. */
  TranslationListener NONE = new TranslationListener() {};

  /** A block is about to be translated, or refused. */
  default void begins(Block block) {}

  /** The block has been translated. */
  default void translated(Translation translation) {}

  /** The interpreter is as good, for {@code leaving} of the instructions would leave. */
  default void refused(Block block, List<Insn> instructions, int leaving) {}

  /** The jump whose distance lies at {@code at} goes to {@code target} from now on. */
  default void linked(long at, long target) {}

  /** The bytes of the block of this translation have changed; it is not entered again. */
  default void invalidated(int number) {}

  /**
   * What this translation accesses together is often not to be accessed so: it lies in two pages,
   * or the TLB does not admit it. Where that is so another one runs from now on.
   */
  default void shut(int number, String window) {}

  /** All translations are gone: so many, and their bytes of code. */
  default void flushed(int translations, long bytes) {}

  /** Tells all of these in their order. */
  static TranslationListener all(List<TranslationListener> listeners) {
    List<TranslationListener> real = listeners.stream().filter(one -> one != NONE).toList();
    return switch (real.size()) {
      case 0 -> NONE;
      case 1 -> real.getFirst();
      default -> new TranslationListeners(real);
    };
  }
}
