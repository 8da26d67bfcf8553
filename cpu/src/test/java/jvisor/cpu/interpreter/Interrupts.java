package jvisor.cpu.interpreter;

import jvisor.cpu.vcpu.InterruptUnit;
import jvisor.cpu.vcpu.Vcpu;

/** At most one interrupt, which waits until it is taken. */
final class Interrupts implements InterruptUnit {
  private static final int NONE = -1;

  private final Vcpu c;
  private int waiting = NONE;

  Interrupts(Vcpu c) {
    this.c = c;
  }

  /** This vector waits from now on. */
  void raise(int vector) {
    waiting = vector;
    c.attention.raise();
  }

  @Override
  public boolean hasNmi() {
    return false;
  }

  @Override
  public void takeNmi() {}

  @Override
  public boolean hasInterrupt() {
    return waiting != NONE;
  }

  @Override
  public int acknowledge() {
    int vector = waiting;
    waiting = NONE;
    return vector;
  }
}
