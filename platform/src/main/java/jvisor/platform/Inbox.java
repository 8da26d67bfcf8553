package jvisor.platform;

import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Work that other threads hand to the machine's thread, in order. Posting wakes a halted or running
 * processor; the work runs between two instructions.
 */
public final class Inbox {
  private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private volatile Runnable kick = () -> {};

  /** Sets what a post does to get the machine's attention; any thread. */
  public void onPost(Runnable kick) {
    this.kick = kick;
  }

  /** Queues {@code work} and kicks the machine; any thread. */
  public void post(Runnable work) {
    queue.add(work);
    kick.run();
  }

  /** Whether work waits; any thread. */
  public boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Runs all that waits; the machine's thread only. */
  public void drain() {
    for (Runnable work = queue.poll(); work != null; work = queue.poll()) {
      work.run();
    }
  }
}
