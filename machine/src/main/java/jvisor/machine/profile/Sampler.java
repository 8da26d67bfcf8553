package jvisor.machine.profile;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import jvisor.cpu.profile.Activity;

/** Looks once in a while at what a thread does. */
final class Sampler implements AutoCloseable {
  private static final long PERIOD_NANOS = 1_000_000;

  private final Thread watched;
  private final Supplier<Activity> activity;
  private final long[] samples = new long[Place.values().length];
  private final Thread thread;
  private volatile boolean over;

  /**
   * Begins to look at {@code watched}.
   *
   * @param activity what the thread says it does
   */
  Sampler(Thread watched, Supplier<Activity> activity) {
    this.watched = watched;
    this.activity = activity;
    thread = Thread.ofPlatform().daemon().name("profile").start(this::run);
  }

  private void run() {
    while (!over) {
      LockSupport.parkNanos(PERIOD_NANOS);
      samples[place().ordinal()]++;
    }
  }

  private Place place() {
    return switch (activity.get()) {
      case EMITTED -> Place.EMITTED;
      case TRANSLATING -> Place.TRANSLATOR;
      case COUNTING -> Place.PROFILE;
      case ELSEWHERE -> Place.of(watched.getStackTrace());
    };
  }

  /** How often the thread was seen there; after {@link #close}. */
  long samples(Place place) {
    return samples[place.ordinal()];
  }

  /** Looks no longer. */
  @Override
  public void close() {
    over = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
