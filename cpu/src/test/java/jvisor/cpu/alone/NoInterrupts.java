package jvisor.cpu.alone;

import jvisor.cpu.vcpu.InterruptUnit;

/** Nothing ever interrupts. */
public final class NoInterrupts implements InterruptUnit {
  @Override
  public boolean hasNmi() {
    return false;
  }

  @Override
  public void takeNmi() {}

  @Override
  public boolean hasInterrupt() {
    return false;
  }

  @Override
  public int acknowledge() {
    return -1;
  }
}
