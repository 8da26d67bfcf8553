package jvisor.devices;

import jvisor.platform.InterruptLine;

/** A wire that remembers its level and counts its rising edges. */
public final class Wire implements InterruptLine {
  private boolean level;
  private int rises;

  @Override
  public void set(boolean level) {
    if (level && !this.level) {
      rises++;
    }
    this.level = level;
  }

  public boolean level() {
    return level;
  }

  /** Rising edges since the last call. */
  public int takeRises() {
    int taken = rises;
    rises = 0;
    return taken;
  }
}
