package jvisor.devices.pci;

/** The kinds of base address registers. */
public enum BarKind {
  /** I/O ports. */
  IO(1, 0x1),
  /** Memory below 4 GiB, reads with side effects. */
  MEMORY_32(1, 0x0),
  /** Memory anywhere, reads with side effects; takes two registers. */
  MEMORY_64(2, 0x4),
  /** Memory anywhere, prefetchable; takes two registers. */
  PREFETCHABLE_64(2, 0xc);

  private final int registers;
  private final int typeBits;

  BarKind(int registers, int typeBits) {
    this.registers = registers;
    this.typeBits = typeBits;
  }

  int registers() {
    return registers;
  }

  int typeBits() {
    return typeBits;
  }
}
