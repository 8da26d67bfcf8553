package jvisor.cpu.interpreter;

import java.util.function.LongSupplier;
import jvisor.platform.VmClock;

/** Time that goes by retired instructions, or stands still as long as nobody sets its pace. */
final class InstructionTime implements VmClock {
  private final LongSupplier retired;
  private long pace;

  InstructionTime(LongSupplier retired) {
    this.retired = retired;
  }

  /** From now on each instruction takes so long, as {@link VmClock#pace} has it. */
  void setPace(long each) {
    pace = each;
  }

  @Override
  public long now() {
    return base() + (beyond() * pace() >> PACE_BITS);
  }

  @Override
  public long pace() {
    return pace;
  }

  @Override
  public long base() {
    return 77;
  }

  @Override
  public long beyond() {
    return retired.getAsLong();
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
