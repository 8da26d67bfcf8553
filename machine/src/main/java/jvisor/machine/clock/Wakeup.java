package jvisor.machine.clock;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What ends a halted machine's sleep: raised by any thread, awaited by the machine's thread. */
public final class Wakeup {
  private volatile boolean raised;
  private volatile @Nullable Thread sleeper;

  /** Ends the current or next sleep; any thread. */
  public void raise() {
    raised = true;
    Thread thread = sleeper;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  /** Sleeps up to {@code nanos}, or until raised; forgets the raise. Machine's thread. */
  public void await(long nanos) {
    sleeper = Thread.currentThread();
    if (!raised && nanos > 0) {
      LockSupport.parkNanos(this, nanos);
    }
    sleeper = null;
    raised = false;
  }

  /** Forgets a raise and answers whether there was one. */
  boolean take() {
    boolean was = raised;
    raised = false;
    return was;
  }
}
