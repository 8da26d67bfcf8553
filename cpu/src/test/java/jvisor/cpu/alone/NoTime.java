package jvisor.cpu.alone;

import jvisor.platform.VmClock;

/** A clock that stands still, and of which no instruction of the test may ask more. */
public final class NoTime implements VmClock {
  @Override
  public long now() {
    return 0;
  }

  @Override
  public Timer timer(Runnable expiry) {
    throw new IllegalStateException("no timers here");
  }

  @Override
  public long epochSeconds() {
    return 0;
  }
}
