package jvisor.devices.pci;

/**
 * A base address register (PCI 3.0, 6.2.5.1). Sizing needs no code: the bits below the size are
 * read-only zeroes.
 */
final class Bar {
  private static final long TOP_OF_4G = 0xffff_ffffL;

  private final int offset;
  private final BarKind kind;
  private final long size;
  private final AddressDecoder.Window window;

  Bar(ConfigSpace config, int index, BarKind kind, long size, AddressDecoder.Window window) {
    this.offset = PciFunction.BAR0 + 4 * index;
    this.kind = kind;
    this.size = size;
    this.window = window;
    config.define(offset, kind.registers() * 4, kind.typeBits(), -size);
  }

  boolean spansTwo() {
    return kind.registers() == 2;
  }

  boolean touches(int first, int length) {
    return first < offset + 4 * kind.registers() && first + length > offset;
  }

  /** Opens, moves or closes the window as registers say. */
  void decode(ConfigSpace config, boolean ports, boolean memory) {
    long base = config.get(offset, kind.registers() * 4) & -size;
    boolean enabled = kind == BarKind.IO ? ports : memory;
    if (enabled && assigned(base)) {
      window.open(base, size);
    } else {
      window.close();
    }
  }

  /** Zero and the value that sizing leaves behind are no addresses. */
  private boolean assigned(long base) {
    return base != 0 && (spansTwo() || base + size - 1 < TOP_OF_4G);
  }
}
