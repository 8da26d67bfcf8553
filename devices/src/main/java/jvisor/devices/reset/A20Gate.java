package jvisor.devices.reset;

import jvisor.platform.InterruptLine;

/** Address line 20 of the processor: on while either of its two switches is. */
public final class A20Gate {
  private final InterruptLine a20;
  private boolean fast;
  private boolean keyboard = true;

  /**
   * Creates the gate, open.
   *
   * @param a20 high while address line 20 passes
   */
  public A20Gate(InterruptLine a20) {
    this.a20 = a20;
  }

  /** The switch of port 0x92. */
  void setFast(boolean on) {
    fast = on;
    a20.set(fast || keyboard);
  }

  /** The switch of the keyboard controller's output port. */
  void setKeyboard(boolean on) {
    keyboard = on;
    a20.set(fast || keyboard);
  }
}
