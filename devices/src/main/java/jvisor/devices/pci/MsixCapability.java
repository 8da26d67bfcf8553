package jvisor.devices.pci;

import jvisor.platform.MmioDevice;

/**
 * MSI-X (PCI 3.0, 6.8.2): a table of messages and an array of pending bits in a memory window of
 * the function. The capability is the device behind a window of its own, {@link #windowSize} bytes
 * long: the table from offset 0, the pending bits behind it.
 */
public final class MsixCapability extends Capability implements MmioDevice {
  private static final int CONTROL = 2;
  private static final int TABLE = 4;
  private static final int PBA = 8;
  private static final int ENABLE = 1 << 15;
  private static final int FUNCTION_MASK = 1 << 14;
  private static final int ENTRY_WORDS = 4;
  private static final int ENTRY_BYTES = 16;
  private static final int MAX_VECTORS = 2048;
  private static final int MASKED = 1;

  private final int vectors;
  private final int bar;
  private final int pbaOffset;
  private final int[] table;
  private final boolean[] pending;

  /**
   * @param vectors entries in the table, 1–2048
   * @param bar index of the base address register whose window this is
   */
  public MsixCapability(int vectors, int bar) {
    super(0x11, 12);
    if (vectors < 1 || vectors > MAX_VECTORS) {
      throw new IllegalArgumentException("MSI-X with " + vectors + " vectors");
    }
    this.vectors = vectors;
    this.bar = bar;
    this.pbaOffset = Math.max(2048, Integer.highestOneBit(2 * vectors * ENTRY_BYTES - 1));
    this.table = new int[vectors * ENTRY_WORDS];
    this.pending = new boolean[vectors];
    reset();
  }

  /** Bytes of the window, a power of two. */
  public int windowSize() {
    return 2 * pbaOffset;
  }

  @Override
  protected void define(ConfigSpace config, int at) {
    config.define(at + CONTROL, 2, vectors - 1, ENABLE | FUNCTION_MASK);
    config.define(at + TABLE, 4, bar, 0);
    config.define(at + PBA, 4, pbaOffset | bar, 0);
  }

  private boolean control(int bit) {
    return (function().config().get(offset() + CONTROL, 2) & bit) != 0;
  }

  /** Whether the guest has switched from the pin to messages. */
  public boolean enabled() {
    return control(ENABLE);
  }

  /**
   * Requests the message of table entry {@code vector}. Nothing happens while disabled or for a
   * vector that does not exist; a masked one stays pending.
   */
  public void fire(int vector) {
    if (!enabled() || vector < 0 || vector >= vectors) {
      return;
    }
    int entry = vector * ENTRY_WORDS;
    if (control(FUNCTION_MASK) || (table[entry + 3] & MASKED) != 0) {
      pending[vector] = true;
    } else {
      pending[vector] = false;
      long address = Integer.toUnsignedLong(table[entry]) | (long) table[entry + 1] << 32;
      function().sendMessage(address, table[entry + 2]);
    }
  }

  private void sendPending(int vector) {
    if (pending[vector]) {
      fire(vector);
    }
  }

  @Override
  protected void written(int at, int size) {
    for (int vector = 0; vector < vectors; vector++) {
      sendPending(vector);
    }
  }

  @Override
  protected void reset() {
    for (int vector = 0; vector < vectors; vector++) {
      pending[vector] = false;
      for (int word = 0; word < ENTRY_WORDS; word++) {
        table[vector * ENTRY_WORDS + word] = word == 3 ? MASKED : 0;
      }
    }
  }

  private int word(int index) {
    int first = index - pbaOffset / 4;
    if (first < 0) {
      return index < table.length ? table[index] : 0;
    }
    int bits = 0;
    for (int i = 0; i < 32 && first * 32 + i < vectors; i++) {
      bits |= (pending[first * 32 + i] ? 1 : 0) << i;
    }
    return bits;
  }

  @Override
  public long read(long offset, int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      int at = (int) offset + i;
      value |= (long) (word(at >>> 2) >>> (8 * (at & 3)) & 0xff) << (8 * i);
    }
    return value;
  }

  @Override
  public void write(long offset, int size, long value) {
    int last = -1;
    for (int i = 0; i < size; i++) {
      int at = (int) offset + i;
      int index = at >>> 2;
      if (index < table.length) {
        int shift = 8 * (at & 3);
        int octet = (int) (value >>> (8 * i)) & 0xff;
        int mask = (index & 3) == 3 ? MASKED : (index & 3) == 0 ? ~3 : -1;
        table[index] = ((table[index] & ~(0xff << shift)) | (octet << shift)) & mask;
        last = index / ENTRY_WORDS;
      }
    }
    if (last >= 0) {
      sendPending((int) offset / ENTRY_BYTES);
      sendPending(last);
    }
  }
}
