package jvisor.machine;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * How the engine "translator" is to work; other engines have no use for it.
 *
 * @param options changes of its options, {@code name=value} by commas, or empty; a wrong one is a
 *     {@link ConfigException}
 * @param log takes lines, without line ends, on what becomes of every translation; called by the
 *     machine's thread, never throws
 */
public record TranslatorSpec(String options, Optional<Consumer<String>> log) {
  /** As it is without wishes. */
  public static final TranslatorSpec STANDARD = new TranslatorSpec("", Optional.empty());
}
