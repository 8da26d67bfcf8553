package jvisor.bench.latency;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import jvisor.machine.Processors;
import jvisor.machine.StopReason;
import jvisor.machine.VirtualMachine;

/** A whole machine whose guest says on the debug console that it begins to work. */
final class Spinning implements AutoCloseable {
  /** Nanoseconds after which the guest's loop is emitted code. */
  private static final long WARM_UP = 5_000_000;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final VirtualMachine machine;
  private final Thread thread;
  private volatile long ended;

  private Spinning(Work work, boolean interruptible, Processors processors)
      throws InterruptedException {
    machine =
        GuestImage.machine(
            "mov al, '!'\nout 0xe9, al\n" + (interruptible ? "sti\n" : "cli\n") + work.code(true),
            config -> config.processors(processors).debugcon(value -> begun.countDown()));
    thread =
        Thread.ofPlatform()
            .name("machine")
            .daemon()
            .start(() -> {
              machine.run();
              ended = System.nanoTime();
            });
    begun.await();
  }

  /** From the request to stop to the end of the machine's loop, each in a machine of its own. */
  static Samples stops(Work work, boolean interruptible, Processors processors, int count) {
    return Samples.take(
        count,
        () -> {
          try (Spinning guest = new Spinning(work, interruptible, processors)) {
            LockSupport.parkNanos(WARM_UP);
            return guest.stop();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
          }
        });
  }

  private long stop() {
    long asked = System.nanoTime();
    machine.requestStop(StopReason.LEFT);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ended - asked;
  }

  @Override
  public void close() {
    stop();
    machine.close();
  }
}
