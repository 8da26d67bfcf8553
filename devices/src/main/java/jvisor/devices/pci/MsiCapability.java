package jvisor.devices.pci;

/**
 * Message-signalled interrupts (PCI 3.0, 6.8.1) with 64-bit address and per-vector masking. A
 * message that is masked stays pending and goes out when the mask is lifted.
 */
public final class MsiCapability extends Capability {
  private static final int CONTROL = 2;
  private static final int ADDRESS = 4;
  private static final int DATA = 12;
  private static final int MASK = 16;
  private static final int PENDING = 20;
  private static final int ENABLE = 1;
  private static final int FEATURES = 1 << 7 | 1 << 8;

  private final int logVectors;

  /**
   * @param vectors messages that the function asks for: 1, 2, 4, 8, 16 or 32
   */
  public MsiCapability(int vectors) {
    super(0x05, 24);
    if (Integer.bitCount(vectors) != 1 || vectors > 32) {
      throw new IllegalArgumentException("MSI with " + vectors + " vectors");
    }
    logVectors = Integer.numberOfTrailingZeros(vectors);
  }

  @Override
  protected void define(ConfigSpace config, int at) {
    config.define(at + CONTROL, 2, FEATURES | logVectors << 1, ENABLE | 7 << 4);
    config.define(at + ADDRESS, 8, 0, ~3L);
    config.define(at + DATA, 2, 0, 0xffff);
    config.define(at + MASK, 4, 0, (1L << (1 << logVectors)) - 1);
    config.define(at + PENDING, 4, 0, 0);
  }

  private long get(int register, int size) {
    return function().config().get(offset() + register, size);
  }

  /** Whether the guest has switched from the pin to messages. */
  public boolean enabled() {
    return (get(CONTROL, 2) & ENABLE) != 0;
  }

  /**
   * Requests message {@code vector} (from 0); nothing happens while disabled. Fewer messages than
   * asked for are shared out among the vectors.
   */
  public void fire(int vector) {
    if (!enabled()) {
      return;
    }
    int granted = Math.min((int) (get(CONTROL, 2) >>> 4) & 7, logVectors);
    int message = vector & ((1 << granted) - 1);
    if ((get(MASK, 4) >>> message & 1) != 0) {
      setPending(get(PENDING, 4) | 1L << message);
    } else {
      function().sendMessage(get(ADDRESS, 8), ((int) get(DATA, 2) & -(1 << granted)) | message);
    }
  }

  private void setPending(long bits) {
    function().config().set(offset() + PENDING, 4, bits);
  }

  @Override
  protected void written(int at, int size) {
    long due = enabled() ? get(PENDING, 4) & ~get(MASK, 4) : 0;
    setPending(get(PENDING, 4) & ~due);
    for (int message = 0; due != 0; message++, due >>>= 1) {
      if ((due & 1) != 0) {
        fire(message);
      }
    }
  }
}
