package jvisor.machine.vm;

import java.util.List;
import jvisor.machine.clock.SteadyClock;
import jvisor.machine.clock.Wakeup;
import org.jspecify.annotations.Nullable;

/**
 * The processors of a machine at the same time, each on a thread of its own. The machine's thread
 * holds the machine's lock, but for the time in which it sleeps: until a timer is due, somebody
 * {@link #interrupt}s, or there is news of a processor.
 */
final class Threads implements Schedule {
  private final SharedLock lock;
  private final SteadyClock clock;
  private final Wakeup wakeup;
  private final List<ProcessorThread> threads;

  private boolean held = true;
  private boolean ending;
  private @Nullable Processor died;
  private @Nullable Throwable failure;

  /** Threads for {@code processors}, none of which runs before {@link #begin}. */
  Threads(List<Processor> processors, SharedLock lock, SteadyClock clock, Wakeup wakeup) {
    this.lock = lock;
    this.clock = clock;
    this.wakeup = wakeup;
    threads = processors.stream().map(one -> new ProcessorThread(one, lock, this)).toList();
    lock.serve(threads);
  }

  @Override
  public void begin() {
    lock.enter();
    threads.forEach(Thread::start);
    release();
  }

  @Override
  public void end() {
    ending = true;
    threads.forEach(ProcessorThread::request);
    lock.exit();
    boolean interrupted = false;
    for (ProcessorThread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void hold() {
    held = true;
    threads.forEach(ProcessorThread::request);
    lock.awaitRest();
  }

  @Override
  public void release() {
    held = false;
    threads.forEach(ProcessorThread::request);
  }

  @Override
  public void reset() {
    died = null;
  }

  @Override
  public void interrupt() {
    wakeup.raise();
  }

  @Override
  public boolean someoneIsReady() {
    for (ProcessorThread thread : threads) {
      if (!thread.isResting() || thread.processor().isReady()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public @Nullable Processor run(long budget) {
    idle();
    Processor dead = died;
    died = null;
    return dead;
  }

  @Override
  public void idle() {
    long nanos = clock.untilDeadline();
    lock.exit();
    wakeup.await(nanos);
    lock.enter();
    if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure != null) {
      throw new IllegalStateException("a processor's thread", failure);
    }
  }

  // ---------------------------------------------------------------- for the processors' threads

  /** Whether processors are to stay between two instructions; for the lock's holder. */
  boolean isHeld() {
    return held;
  }

  /** Whether threads are to end; for the lock's holder. */
  boolean isEnding() {
    return ending;
  }

  /** A processor has shut down. */
  void died(Processor processor) {
    died = processor;
    wakeup.raise();
  }

  /** A processor rests: if all do for good, the machine is dead. */
  void rests() {
    if (threads.stream().allMatch(one -> one.isResting() && one.processor().isDead())) {
      wakeup.raise();
    }
  }

  /** A processor's thread has met an error of ours. */
  void failed(Throwable t) {
    failure = t;
    wakeup.raise();
  }
}
