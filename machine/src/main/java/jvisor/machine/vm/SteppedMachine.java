package jvisor.machine.vm;

import java.util.List;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.machine.ExitReason;
import jvisor.machine.VirtualMachine;
import jvisor.platform.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * A machine that is run piece by piece, by somebody who looks at it in between. Whoever calls
 * {@link #runTo} does not call {@link #run}. A piece may end inside a block of the engine, and
 * events are looked for where a piece begins; so machines that are to be the same are cut at the
 * same counts.
 */
public interface SteppedMachine extends VirtualMachine {
  /**
   * Runs until the processors have retired {@code until} instructions in all, counted from the
   * machine's creation, and no further; or until the machine ends, which is answered; or until
   * {@link #waitsForHost}.
   */
  @Nullable ExitReason runTo(long until);

  /** Whether nothing but the host, by input or a request to stop, can make the machine go on. */
  boolean waitsForHost();

  /** Instructions that the processors have retired in all. */
  long retired();

  /** The processors, by number; not to be changed. */
  List<Vcpu> processors();

  /** The guest's memory; not to be changed. */
  GuestMemory memory();
}
