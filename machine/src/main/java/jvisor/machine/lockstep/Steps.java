package jvisor.machine.lockstep;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.machine.trace.TraceRecord.Place;
import org.jspecify.annotations.Nullable;

/** Single steps of one machine, of which the last ones are remembered. */
final class Steps {
  private static final int REMEMBERED = 24;

  private final Side side;
  private final Deque<Executed> last = new ArrayDeque<>();

  Steps(Side side) {
    this.side = side;
  }

  /** The last instructions, oldest first. */
  List<Executed> last() {
    return new ArrayList<>(last);
  }

  /** Has the machine execute one more instruction; answers which, or null if there was none. */
  @Nullable Executed step() {
    List<Vcpu> processors = side.processors();
    long count = side.machine.retired();
    long[] before = processors.stream().mapToLong(Vcpu::retired).toArray();
    Executed[] candidates = new Executed[before.length];
    for (Vcpu c : processors) {
      if (!c.isHalted()) {
        Place place = new Place(count, c.number, c.state.rip(), c.codeMode(), c.cpl());
        candidates[c.number] = executed(c, place);
      }
    }
    side.witness.takeEntered();
    side.runTo(count + 1);
    Place entered = side.witness.takeEntered();
    for (Vcpu c : processors) {
      if (c.retired() != before[c.number]) {
        if (entered != null
            && entered.cpu() == c.number
            && entered.completed() == before[c.number]) {
          return remember(executed(c, at(entered, count)));
        }
        return remember(candidates[c.number]);
      }
    }
    return null;
  }

  private static Place at(Place place, long count) {
    return new Place(count, place.cpu(), place.rip(), place.mode(), place.cpl());
  }

  private static Executed executed(Vcpu c, Place place) {
    byte[] bytes = new byte[Code.LONGEST];
    int length = Code.read(c, place.rip(), bytes);
    return new Executed(place, Arrays.copyOf(bytes, length));
  }

  private @Nullable Executed remember(@Nullable Executed executed) {
    if (executed != null) {
      if (last.size() == REMEMBERED) {
        last.removeFirst();
      }
      last.addLast(executed);
    }
    return executed;
  }
}
