package jvisor.devices.chipset;

import jvisor.platform.InterruptLine;

/**
 * The inputs of the interrupt controllers, as the board wires them. Every call makes a new source
 * of a shared input: the input is asserted while one of its sources is.
 */
public interface InterruptInputs {
  /** ISA interrupt {@code irq} (0–15), which reaches the 8259 pair and the I/O APIC. */
  InterruptLine isa(int irq);

  /** The 8259 pair's input {@code irq} (0–15) alone. */
  InterruptLine pic(int irq);

  /** The I/O APIC's pin (0–23) alone. */
  InterruptLine ioApic(int pin);
}
