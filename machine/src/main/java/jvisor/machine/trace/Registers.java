package jvisor.machine.trace;

import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.machine.trace.TraceRecord.Change;
import org.jspecify.annotations.Nullable;

/** What a processor's registers were when somebody last looked: at first all 0. */
final class Registers {
  private static final int COUNT = TraceRegister.ALL.size();

  private final int[] offsets = new int[COUNT];
  private final long[] masks = new long[COUNT];
  private final long[] values = new long[COUNT];

  Registers() {
    for (TraceRegister register : TraceRegister.ALL) {
      offsets[register.number()] = register.offset();
      masks[register.number()] = Vcpu.mask(register.bytes());
    }
  }

  /**
   * Looks again and answers what has changed.
   *
   * @param but a register not to be looked at, or -1
   */
  List<Change> changes(Vcpu c, int but) {
    @Nullable List<Change> found = null;
    for (int n = 0; n < COUNT; n++) {
      long value = n == TraceRegister.RFLAGS ? c.rflags() : at(c, n);
      if (value != values[n] && n != but) {
        values[n] = value;
        if (found == null) {
          found = new ArrayList<>(4);
        }
        found.add(new Change(n, value));
      }
    }
    return found == null ? List.of() : found;
  }

  private long at(Vcpu c, int n) {
    return offsets[n] < 0 ? 0 : c.state.get(offsets[n]) & masks[n];
  }
}
