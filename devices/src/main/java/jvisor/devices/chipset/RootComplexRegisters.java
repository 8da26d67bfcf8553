package jvisor.devices.chipset;

import jvisor.platform.MmioDevice;

/**
 * The chipset configuration registers behind RCBA, 16 KiB (ICH9, chapter 10). Only the interrupt
 * routes of the chipset's own slots can be written; the rest reads as a machine that has none of
 * it.
 */
final class RootComplexRegisters implements MmioDevice {
  static final int LENGTH = 0x4000;

  private static final int ROUTES = 0x3140;
  private static final int ROUTE_BYTES = 0x12;
  private static final int OTHER_INTERRUPT_CONTROL = 0x31ff;
  private static final int GENERAL_CONTROL = 0x3410;

  /** The slot whose DxxIR lies at each even offset from {@link #ROUTES} on, or 0. */
  private static final int[] SLOTS = {31, 0, 29, 28, 27, 0, 26, 0, 25};

  private final PirqRouter router;
  private final byte[] routes = new byte[ROUTE_BYTES];

  RootComplexRegisters(PirqRouter router) {
    this.router = router;
    reset();
  }

  void reset() {
    for (int i = 0; i < ROUTE_BYTES; i += 2) {
      routes[i] = SLOTS[i / 2] == 0 ? 0 : (byte) 0x10;
      routes[i + 1] = SLOTS[i / 2] == 0 ? 0 : (byte) 0x32;
    }
  }

  @Override
  public long read(long offset, int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (long) octet((int) offset + i) << (8 * i);
    }
    return value;
  }

  private int octet(int at) {
    if (at >= ROUTES && at < ROUTES + ROUTE_BYTES) {
      return routes[at - ROUTES] & 0xff;
    }
    return switch (at) {
      case OTHER_INTERRUPT_CONTROL -> 1;
      case GENERAL_CONTROL -> 1 << 5;
      default -> 0;
    };
  }

  @Override
  public void write(long offset, int size, long value) {
    for (int i = 0; i < size; i++) {
      int at = (int) offset + i - ROUTES;
      if (at >= 0 && at < ROUTE_BYTES && SLOTS[at / 2] != 0) {
        routes[at] = (byte) (value >>> (8 * i) & 0x77);
        router.slotRoute(SLOTS[at / 2], (routes[at & ~1] & 0xff) | (routes[at | 1] & 0xff) << 8);
      }
    }
  }
}
