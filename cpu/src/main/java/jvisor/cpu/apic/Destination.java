package jvisor.cpu.apic;

/**
 * Whom a message addresses.
 *
 * @param id the APIC id or the logical message destination address, 8 or 32 bits
 * @param logical whether the id is a logical one
 * @param broadcast whether the id is all ones in the sender's width
 */
record Destination(int id, boolean logical, boolean broadcast) {
  private static final int NARROW_BROADCAST = 0xff;
  private static final int WIDE_BROADCAST = -1;

  /** The eight-bit destination of a message or of an ICR in xAPIC mode. */
  static Destination narrow(int id, boolean logical) {
    return new Destination(id, logical, id == NARROW_BROADCAST);
  }

  /** The 32-bit destination of an ICR in x2APIC mode. */
  static Destination wide(int id, boolean logical) {
    return new Destination(id, logical, id == WIDE_BROADCAST);
  }
}
