package jvisor.devices.pci;

import jvisor.platform.MessageBus;
import org.jspecify.annotations.Nullable;

/**
 * The root bus, number 0: 32 slots of up to 8 functions. There are no bridges, so that every other
 * bus number, like every empty slot, reads as ones.
 */
public final class PciBus {
  private static final int SLOTS = 32;
  private static final int FUNCTIONS = 8;
  private static final int PINS = 4;
  private static final int MULTI_FUNCTION = 0x80;

  private final @Nullable PciFunction[] functions = new @Nullable PciFunction[SLOTS * FUNCTIONS];
  private final int[] asserted = new int[SLOTS * PINS];
  private final AddressDecoder decoder;
  private final MessageBus messages;
  private final PinRouter router;

  /**
   * @param decoder where base address registers put their windows
   * @param messages where message-signalled interrupts go
   * @param router where interrupt pins go
   */
  public PciBus(AddressDecoder decoder, MessageBus messages, PinRouter router) {
    this.decoder = decoder;
    this.messages = messages;
    this.router = router;
  }

  /**
   * Puts a function into a slot.
   *
   * @param slot device number, 0–31
   * @param number function number, 0–7
   * @throws IllegalStateException if the place is taken
   */
  public void attach(int slot, int number, PciFunction function) {
    int index = slot * FUNCTIONS + number;
    if (functions[index] != null) {
      throw new IllegalStateException("PCI slot %02x.%d is taken".formatted(slot, number));
    }
    functions[index] = function;
    function.plugInto(this, slot);
    PciFunction first = functions[slot * FUNCTIONS];
    for (int other = 1; first != null && other < FUNCTIONS; other++) {
      if (functions[slot * FUNCTIONS + other] != null) {
        first.config().define(PciFunction.HEADER_TYPE, 1, MULTI_FUNCTION, 0);
      }
    }
  }

  AddressDecoder decoder() {
    return decoder;
  }

  MessageBus messages() {
    return messages;
  }

  /**
   * Reads configuration space.
   *
   * @param bus bus number; all but 0 are empty
   * @param devfn slot and function, 0–255
   * @param offset 0–4095
   * @param size 1, 2 or 4 bytes
   */
  public int read(int bus, int devfn, int offset, int size) {
    PciFunction function = bus == 0 ? functions[devfn & 0xff] : null;
    return function == null ? -1 : function.readConfig(offset & 0xfff, size);
  }

  /** Writes configuration space; parameters as in {@link #read}. */
  public void write(int bus, int devfn, int offset, int size, int value) {
    PciFunction function = bus == 0 ? functions[devfn & 0xff] : null;
    if (function != null) {
      function.writeConfig(offset & 0xfff, size, value);
    }
  }

  void pinChanged(int slot, int pin, boolean level) {
    int index = slot * PINS + pin;
    asserted[index] += level ? 1 : -1;
    if (asserted[index] == (level ? 1 : 0)) {
      router.set(slot, pin, level);
    }
  }
}
