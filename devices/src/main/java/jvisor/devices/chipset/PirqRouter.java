package jvisor.devices.chipset;

import jvisor.devices.pci.PinRouter;
import jvisor.platform.InterruptLine;

/**
 * From the slots' INTx pins to PIRQA#–PIRQH#, and from these to the controllers (ICH9, 5.9 and
 * 10.1). Slots 0–24 and 30 rotate over PIRQE–PIRQH by their number; slots 25–29 and 31 go where the
 * DxxIR registers say. PIRQA–PIRQH are I/O APIC pins 16–23, and inputs of the 8259 pair as the
 * PIRQx_ROUT registers say.
 */
final class PirqRouter implements PinRouter {
  /** Number of PIRQ lines. */
  static final int PIRQS = 8;

  private static final int FIRST_PIN = 16;
  private static final int SLOTS = 32;
  private static final int PINS = 4;
  private static final int IRQS = 16;
  private static final int ROUTE_OFF = 0x80;

  /** The 8259 inputs that PIRQx_ROUT can name: not 0, 1, 2, 8 and 13. */
  private static final int ROUTABLE = 0xdef8;

  /** DxxIR at power-on: INTA# to PIRQA#, and so on. */
  private static final int STRAIGHT = 0x3210;

  private final InterruptLine[] apicPins = new InterruptLine[PIRQS];
  private final InterruptLine[] picInputs = new InterruptLine[IRQS];
  private final boolean[] asserted = new boolean[SLOTS * PINS];
  private final int[] slotRoute = new int[SLOTS];
  private final int[] pirqRoute = new int[PIRQS];

  PirqRouter(InterruptInputs inputs) {
    for (int pirq = 0; pirq < PIRQS; pirq++) {
      apicPins[pirq] = inputs.ioApic(FIRST_PIN + pirq);
    }
    for (int irq = 0; irq < IRQS; irq++) {
      picInputs[irq] = inputs.pic(irq);
    }
    reset();
  }

  void reset() {
    for (int slot = 0; slot < SLOTS; slot++) {
      slotRoute[slot] = STRAIGHT;
    }
    for (int pirq = 0; pirq < PIRQS; pirq++) {
      pirqRoute[pirq] = ROUTE_OFF;
    }
    drive();
  }

  /** DxxIR of a slot: four bits a pin, the low three name the PIRQ. */
  void slotRoute(int slot, int value) {
    slotRoute[slot] = value;
    drive();
  }

  /** PIRQx_ROUT: the low four bits name the 8259's input, bit 7 switches the route off. */
  void pirqRoute(int pirq, int value) {
    pirqRoute[pirq] = value;
    drive();
  }

  @Override
  public void set(int slot, int pin, boolean level) {
    asserted[slot * PINS + pin] = level;
    drive();
  }

  private int pirqOf(int slot, int pin) {
    if (slot <= 24 || slot == 30) {
      return 4 + ((slot + pin) & 3);
    }
    return slotRoute[slot] >>> (4 * pin) & 7;
  }

  private void drive() {
    int levels = 0;
    for (int i = 0; i < asserted.length; i++) {
      if (asserted[i]) {
        levels |= 1 << pirqOf(i / PINS, i % PINS);
      }
    }
    int inputs = 0;
    for (int pirq = 0; pirq < PIRQS; pirq++) {
      boolean level = (levels >>> pirq & 1) != 0;
      apicPins[pirq].set(level);
      if (level && (pirqRoute[pirq] & ROUTE_OFF) == 0) {
        inputs |= 1 << (pirqRoute[pirq] & 15);
      }
    }
    for (int irq = 0; irq < IRQS; irq++) {
      picInputs[irq].set((inputs & ROUTABLE & 1 << irq) != 0);
    }
  }
}
