package jvisor.cpu.apic;

/** The interrupt command register (SDM vol. 3, "Interrupt Command Register (ICR)"). */
final class CommandRegister {
  static final int SELF = 1;
  static final int ALL = 2;
  static final int OTHERS = 3;

  private static final int LOGICAL = 1 << 11;
  private static final int DELIVERY_STATUS = 1 << 12;
  private static final int ASSERT = 1 << 14;
  private static final int LEVEL_TRIGGERED = 1 << 15;
  private static final int WRITABLE = 0x000c_cfff;
  private static final int HIGH_WRITABLE = 0xff00_0000;

  private long value;

  void reset() {
    value = 0;
  }

  /** Whether an x2APIC write of {@code value} sets no reserved bit. */
  static boolean accepts(long value) {
    return ((int) value & ~(WRITABLE | DELIVERY_STATUS)) == 0;
  }

  /** The x2APIC register, or both halves of xAPIC mode. */
  long value() {
    return value;
  }

  void set(long command) {
    value = command & (0xffff_ffff_0000_0000L | WRITABLE);
  }

  int low() {
    return (int) value;
  }

  int high() {
    return (int) (value >>> 32);
  }

  void setLow(int low) {
    value = value & 0xffff_ffff_0000_0000L | low & WRITABLE;
  }

  void setHigh(int high) {
    value = value & 0xffff_ffffL | (long) (high & HIGH_WRITABLE) << 32;
  }

  /** The destination shorthand: 0, {@link #SELF}, {@link #ALL} or {@link #OTHERS}. */
  static int shorthand(int low) {
    return low >>> 18 & 3;
  }

  static boolean isLogical(int low) {
    return (low & LOGICAL) != 0;
  }

  /** INIT level de-assert, which processors of this generation ignore. */
  static boolean isInitDeassert(int low) {
    return DeliveryMode.in(low) == DeliveryMode.INIT
        && (low & (LEVEL_TRIGGERED | ASSERT)) == LEVEL_TRIGGERED;
  }
}
