package jvisor.cpu.apic;

/** What a message or a local source does to a processor; in the order of the three-bit field. */
enum DeliveryMode {
  FIXED,
  LOWEST_PRIORITY,
  SMI,
  RESERVED,
  NMI,
  INIT,
  START_UP,
  EXT_INT;

  private static final DeliveryMode[] ALL = values();

  /** The mode in bits 10:8 of an ICR, a message's data or a local vector table entry. */
  static DeliveryMode in(int register) {
    return ALL[register >>> 8 & 7];
  }

  /** Whether the interrupt has a vector that goes through IRR and ISR. */
  boolean isVectored() {
    return this == FIXED || this == LOWEST_PRIORITY;
  }
}
