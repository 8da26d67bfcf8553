package jvisor.machine.lockstep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Decoder;
import jvisor.machine.ExitReason;
import org.jspecify.annotations.Nullable;

/** The two machines, always stopped at the same count of instructions. */
final class Pair implements AutoCloseable {
  /** The end of what has been said that is shown of a difference. */
  private static final int SHOWN = 60;

  final Side reference;
  final Side tested;
  final FlagImages images = new FlagImages();
  final Excuses excuses;
  final Steps steps;
  private final Decoder decoder;

  /** Takes two machines as they are after power-on. */
  Pair(Side reference, Side tested) {
    this.reference = reference;
    this.tested = tested;
    excuses = new Excuses(reference.processors().size(), images);
    steps = new Steps(reference);
    decoder = new Decoder(reference.processors().getFirst().model.features());
  }

  /** Instructions that the reference has retired. */
  long count() {
    return reference.machine.retired();
  }

  /** Whether the guest has ended in either machine. */
  boolean hasEnded() {
    return reference.end() != null || tested.end() != null;
  }

  /** Whether neither machine can go on before something is typed. */
  boolean waitsForHost() {
    return reference.machine.waitsForHost() && tested.machine.waitsForHost();
  }

  /** Runs both without a stop until so many instructions are retired. */
  void runTo(long count) {
    if (count > count()) {
      excuses.forget();
      reference.runTo(count);
      tested.runTo(count);
      learn();
    }
  }

  /** Runs both by one instruction; answers which, or null if there was none. */
  @Nullable Executed step() {
    long before = count();
    Executed executed = steps.step();
    tested.runTo(before + 1);
    learn();
    if (executed != null) {
      excuses.executed(executed.place().cpu(), executed.decode(decoder));
    } else if (count() != before) {
      excuses.forget();
    }
    return executed;
  }

  /** Takes for granted that flags that differ now may do so. */
  void excuseFlags() {
    for (Vcpu c : reference.processors()) {
      excuses.set(c.number, c.rflags() ^ tested.processors().get(c.number).rflags());
    }
  }

  /** A line for people. */
  String text(Executed executed) {
    return executed.text(decoder);
  }

  /** Bytes that have been typed and that not both guests have taken. */
  int backlog() {
    return Math.max(reference.backlog(), tested.backlog());
  }

  /** Types the same in both. */
  void type(byte[] bytes) {
    reference.type(bytes);
    tested.type(bytes);
  }

  private void learn() {
    List<Long> one = reference.witness.copies();
    List<Long> two = tested.witness.copies();
    for (int n = 0; n < Math.min(one.size(), two.size()); n++) {
      images.add(one.get(n), two.get(n));
    }
    reference.witness.forget();
    tested.witness.forget();
  }

  /** What differs but for memory, in so far as it must not; often nothing. */
  List<Difference> differences() {
    List<Difference> found = new ArrayList<>();
    List<Vcpu> ones = reference.processors();
    List<Vcpu> twos = tested.processors();
    for (int n = 0; n < ones.size(); n++) {
      if (!Registers.same(ones.get(n), twos.get(n))) {
        String prefix = ones.size() == 1 ? "" : "cpu " + n + " ";
        for (Difference d :
            Registers.differences(ones.get(n), twos.get(n), excuses.of(n), images)) {
          found.add(new Difference(prefix + d.what(), d.reference(), d.tested()));
        }
      }
    }
    said(found, "serial line", reference.serial(), tested.serial());
    said(found, "debug console", reference.debugcon.toByteArray(), tested.debugcon.toByteArray());
    if (!sameEnd(reference.end(), tested.end())) {
      found.add(new Difference("end", end(reference), end(tested)));
    }
    return found;
  }

  private static void said(List<Difference> found, String where, byte[] one, byte[] two) {
    if (!Arrays.equals(one, two)) {
      found.add(new Difference(where, quote(one), quote(two)));
    }
  }

  private static String quote(byte[] said) {
    StringBuilder text = new StringBuilder("\"");
    for (int n = Math.max(0, said.length - SHOWN); n < said.length; n++) {
      boolean plain = said[n] >= ' ' && said[n] < 0x7f;
      text.append(plain ? (char) said[n] : '.');
    }
    return text.append('"').toString();
  }

  /** Dumps of registers are not compared as text: flags in them may be undefined. */
  private static boolean sameEnd(@Nullable ExitReason one, @Nullable ExitReason two) {
    return one instanceof ExitReason.GuestDied a && two instanceof ExitReason.GuestDied b
        ? a.cause().equals(b.cause())
        : Objects.equals(one, two);
  }

  private static String end(Side side) {
    ExitReason end = side.end();
    return end == null
        ? "it runs"
        : end instanceof ExitReason.GuestDied died ? died.cause() : end.toString();
  }

  /** A comparison of the two memories. */
  Memory memory() {
    return new Memory(reference.machine.memory(), tested.machine.memory(), images);
  }

  /** Forgets what has been said. */
  void forget() {
    reference.forget();
    tested.forget();
  }

  @Override
  public void close() {
    reference.close();
    tested.close();
  }
}
