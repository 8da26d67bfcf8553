package jvisor.machine;

import java.util.Set;
import java.util.function.Consumer;

/**
 * Explanations that a machine is to give of what traps.
 *
 * @param topics what is explained
 * @param from how many instructions a processor completes before the first explanation
 * @param count explanations at most, at least 1
 * @param lines takes the lines, without line ends; called by the machine's thread, never throws
 */
public record ExplainSpec(Set<ExplainTopic> topics, long from, long count, Consumer<String> lines) {
  public ExplainSpec {
    topics = Set.copyOf(topics);
  }
}
