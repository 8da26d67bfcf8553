package jvisor.machine.lockstep;

import java.util.List;

/**
 * A difference, as it is reported.
 *
 * @param count instructions that were retired before the one that makes the difference, as far as
 *     it is known
 * @param instructions the last instructions, that one at the end; none if it is not known
 * @param how a sentence on how it was found, or empty
 * @param differences what differs
 */
record Finding(long count, List<String> instructions, String how, List<Difference> differences) {
  private static final int MOST_LINES = 40;

  /** Several lines for people, without a line end at the end. */
  String report(String reference, String tested) {
    StringBuilder text = new StringBuilder();
    text.append(
        "engine %s differs from %s after %d instructions".formatted(tested, reference, count));
    if (!instructions.isEmpty()) {
      text.append("\nthe last instructions (retired before, privilege, address, bytes):");
      instructions.forEach(line -> text.append('\n').append(line));
    }
    if (!how.isEmpty()) {
      text.append('\n').append(how);
    }
    text.append("\n  ").append(new Difference("", reference, tested));
    differences.stream().limit(MOST_LINES).forEach(d -> text.append("\n  ").append(d));
    if (differences.size() > MOST_LINES) {
      text.append("\n  and ").append(differences.size() - MOST_LINES).append(" more");
    }
    return text.toString();
  }
}
