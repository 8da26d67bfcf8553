package jvisor.machine.vm;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import jvisor.cpu.interpreter.Exit;

/**
 * The thread of one processor: executes guest code, and sleeps while the processor is halted, waits
 * for its start-up message or is held. Between two stretches of guest code it holds the machine's
 * lock.
 */
final class ProcessorThread extends Thread {
  /** Instructions between two looks at what nobody has asked it to look at. */
  private static final long STRETCH = 1L << 30;

  /** So many PAUSEs make the host run something else. */
  private static final int YIELD = 16;

  private final Processor processor;
  private final SharedLock lock;
  private final Threads machine;
  private int pauses;

  /** Whether it cannot be executing guest code. */
  volatile boolean outside = true;

  private volatile boolean asleep;

  /** Whether it is between two instructions and is not about to go on; for the lock's holder. */
  private boolean resting = true;

  ProcessorThread(Processor processor, SharedLock lock, Threads machine) {
    super("processor " + processor.vcpu().number);
    this.processor = processor;
    this.lock = lock;
    this.machine = machine;
    setDaemon(true);
    processor.vcpu().attention.onRaise(this::wake);
    processor.vcpu().setCompany(this::pause);
  }

  /** Whether it belongs to the machine with this lock. */
  boolean isOf(SharedLock one) {
    return lock == one;
  }

  /** Makes it come back from guest code; any thread. */
  void request() {
    processor.vcpu().request();
  }

  /** Whether it sleeps with its processor between two instructions; for the lock's holder. */
  boolean isResting() {
    return resting;
  }

  /** The processor. */
  Processor processor() {
    return processor;
  }

  private void wake() {
    VarHandle.fullFence();
    if (asleep) {
      LockSupport.unpark(this);
    }
  }

  /**
   * Software waits for another processor, whose thread may have no processor of the host's. Nothing
   * relies on the scheduler here: it is only faster.
   */
  @SuppressWarnings("ThreadPriorityCheck")
  private boolean pause() {
    if (++pauses % YIELD == 0) {
      Thread.yield();
    }
    return false;
  }

  @Override
  public void run() {
    lock.enter();
    try {
      while (!machine.isEnding()) {
        if (machine.isHeld() || processor.vcpu().isShutdown() || !processor.isReady()) {
          rest();
        } else {
          resting = false;
          execute();
        }
      }
    } catch (Throwable t) {
      machine.failed(t);
    } finally {
      resting = true;
      lock.rested();
      lock.leaveGuest(this);
      lock.exit();
    }
  }

  private void execute() {
    outside = false;
    processor.begin();
    lock.exit();
    Exit exit;
    try {
      exit = processor.execute(STRETCH);
    } finally {
      lock.enter();
    }
    processor.end();
    if (exit == Exit.SHUTDOWN) {
      machine.died(processor);
    }
  }

  /** Sleeps until somebody raises attention, which whatever lets the processor go on does. */
  private void rest() {
    processor.vcpu().attention.clear();
    resting = true;
    lock.rested();
    machine.rests();
    asleep = true;
    lock.leaveGuest(this);
    lock.exit();
    while (!processor.vcpu().attention.raised()) {
      LockSupport.park(this);
    }
    asleep = false;
    lock.enter();
  }
}
