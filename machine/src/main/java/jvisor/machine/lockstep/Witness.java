package jvisor.machine.lockstep;

import java.util.ArrayList;
import java.util.List;
import jvisor.cpu.vcpu.Observer;
import jvisor.cpu.vcpu.Step;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.machine.trace.TraceRecord.Place;
import org.jspecify.annotations.Nullable;

/** Notes in one machine when RFLAGS are copied, and where handlers begin. */
final class Witness implements Observer {
  /** A guest whose handlers do nothing but fault is not noted for ever. */
  private static final int MOST = 100_000;

  private final List<Long> copies = new ArrayList<>();
  private @Nullable Place entered;

  /** RFLAGS as they have been copied since {@link #forget}. */
  List<Long> copies() {
    return copies;
  }

  /** Forgets the copies. */
  void forget() {
    copies.clear();
  }

  /** Where the last handler began that has been entered since this was called, or null. */
  @Nullable Place takeEntered() {
    Place last = entered;
    entered = null;
    return last;
  }

  private void copied(Vcpu c) {
    if (copies.size() < MOST) {
      copies.add(c.rflags());
    }
  }

  @Override
  public boolean wants(Insn insn) {
    return switch (insn.row.mnemonic()) {
      case PUSHF, SYSCALL, INT, INT1, INT3, INTO -> true;
      default -> false;
    };
  }

  @Override
  public void begins(Vcpu c, Step step) {
    copied(c);
  }

  @Override
  public void delivering(Vcpu c, Event event, int vector, int errorCode) {
    copied(c);
  }

  @Override
  public void delivered(Vcpu c) {
    entered = new Place(c.retired(), c.number, c.state.rip(), c.codeMode(), c.cpl());
  }

  @Override
  public void completed(Vcpu c, Step step) {}

  @Override
  public void port(Vcpu c, int port, int size, boolean write, int value) {}

  @Override
  public void shutDown(Vcpu c) {}

  @Override
  public void memory(long la, int size, boolean write, long value, boolean system) {}

  @Override
  public void device(long gpa, int size, boolean write, long value) {}
}
