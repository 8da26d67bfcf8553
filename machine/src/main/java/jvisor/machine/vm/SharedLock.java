package jvisor.machine.vm;

import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import jvisor.platform.MachineLock;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a machine whose processors have threads. A processor's thread is <em>inside</em>
 * while it may execute guest code. Before it waits for the lock it goes outside, and it comes back
 * only as the lock's holder; so whoever holds it and has seen all others outside is alone.
 */
final class SharedLock implements MachineLock {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition rest = lock.newCondition();
  private List<ProcessorThread> threads = List.of();

  /** Who waits for all others to be outside. */
  private volatile @Nullable Thread waiting;

  /** Sets the processors' threads, none of which has been started. */
  void serve(List<ProcessorThread> all) {
    threads = List.copyOf(all);
  }

  @Override
  public void enter() {
    if (lock.tryLock()) {
      return;
    }
    ProcessorThread own = own();
    if (own == null) {
      lock.lock();
    } else {
      leaveGuest(own);
      lock.lock();
      own.outside = false;
    }
  }

  @Override
  public void exit() {
    lock.unlock();
  }

  /** The calling processor's thread executes no guest code until it {@link #enter}s again. */
  void leaveGuest(ProcessorThread own) {
    own.outside = true;
    Thread waits = waiting;
    if (waits != null) {
      LockSupport.unpark(waits);
    }
  }

  @Override
  public void alone() {
    Thread self = Thread.currentThread();
    boolean found = false;
    for (ProcessorThread thread : threads) {
      if (thread != self && !thread.outside) {
        thread.request();
        found = true;
      }
    }
    if (found) {
      waiting = self;
      for (ProcessorThread thread : threads) {
        while (thread != self && !thread.outside) {
          LockSupport.park(this);
        }
      }
      waiting = null;
    }
  }

  @Override
  public boolean isShared() {
    return true;
  }

  /** Gives the lock, taken once, to others until all processors' threads rest. */
  void awaitRest() {
    while (!threads.stream().allMatch(ProcessorThread::isResting)) {
      rest.awaitUninterruptibly();
    }
  }

  /** A processor's thread is going to rest. */
  void rested() {
    rest.signalAll();
  }

  private @Nullable ProcessorThread own() {
    return Thread.currentThread() instanceof ProcessorThread thread && thread.isOf(this)
        ? thread
        : null;
  }
}
