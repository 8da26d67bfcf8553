package jvisor.machine.explain;

import java.util.Set;
import jvisor.cpu.vcpu.Step;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Disassembler;
import jvisor.isa.Mnemonic;
import jvisor.machine.ExplainSpec;
import jvisor.machine.ExplainTopic;

/** Explanations as people read them: a numbered line, and what belongs to it indented below. */
final class Report {
  private final ExplainSpec spec;
  private final Set<ExplainTopic> topics;
  private final Repeats repeats;
  private long explained;

  Report(ExplainSpec spec) {
    this.spec = spec;
    this.topics = spec.topics();
    this.repeats = new Repeats(spec.lines());
  }

  /** Whether {@code topic} is asked for. */
  boolean has(ExplainTopic topic) {
    return topics.contains(topic);
  }

  /** Whether explanations have begun once {@code completed} instructions are. */
  boolean isLive(long completed) {
    return completed >= spec.from();
  }

  /** Begins an explanation; answers its number, or 0 if it is not wanted. */
  long begin(Vcpu c, long completed, ExplainTopic topic, String what) {
    if (!topics.contains(topic) || !isLive(completed) || explained >= spec.count()) {
      return 0;
    }
    explained++;
    String number = c.number == 0 ? "" : " on processor %d".formatted(c.number);
    headline("#%d %s, after %,d instructions%s".formatted(explained, what, completed, number));
    return explained;
  }

  /**
   * As {@link #begin}, for what may happen again and again; false also if it has just been told.
   *
   * @param key what makes two of them the same
   */
  boolean beginRepeatable(Vcpu c, long completed, ExplainTopic topic, String what, String key) {
    if (repeats.isAgain(key) || begin(c, completed, topic, what) == 0) {
      return false;
    }
    repeats.begin(key);
    return true;
  }

  /** A line that begins something, with no number of its own. */
  void headline(String text) {
    repeats.end();
    spec.lines().accept(text);
  }

  /** A line below. */
  void tell(String heading, String text) {
    spec.lines().accept("   %-8s %s".formatted(heading, text));
  }

  /** Tells which instruction trapped. */
  void trapped(Step culprit, Moment before) {
    String text = Disassembler.text(culprit.insn(), before.rip);
    String shown = culprit.insn().mnemonic() == Mnemonic.INVALID ? "(no instruction)" : text;
    tell("trapped", "%s at %x, %s".formatted(shown, before.rip, user(before.cpl)));
  }

  /** Tells where the guest's handler is, now that {@code c} has arrived there. */
  void handler(Vcpu c, String source, Moment before) {
    tell(
        "handler",
        "the guest's, at %x, %s%s".formatted(c.state.rip(), source, level(before.cpl, c.cpl())));
  }

  /** The entry that leads to a handler. */
  static String entry(Vcpu c, int number) {
    return "entry %d of the %s".formatted(number, c.isProtected() ? "IDT" : "vector table");
  }

  static String user(int level) {
    return (level == 3 ? "user code" : "the kernel") + " (level " + level + ")";
  }

  static String level(int from, int to) {
    return from == to ? "" : "; level %d -> %d".formatted(from, to);
  }

  /** The machine has ended. */
  void close() {
    repeats.end();
  }
}
