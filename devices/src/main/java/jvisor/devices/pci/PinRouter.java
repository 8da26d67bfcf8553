package jvisor.devices.pci;

/** Where the INTx pins of the root bus's slots end; the chipset knows. */
@FunctionalInterface
public interface PinRouter {
  /**
   * A slot's pin changed its level.
   *
   * @param slot device number on the root bus, 0–31
   * @param pin 0 for INTA# to 3 for INTD#
   * @param level whether it is asserted
   */
  void set(int slot, int pin, boolean level);
}
