package jvisor.cpu.apic;

/** A 256-bit register with a bit for each vector: IRR, ISR, TMR. */
final class VectorSet {
  private final long[] bits = new long[4];

  void clear() {
    bits[0] = 0;
    bits[1] = 0;
    bits[2] = 0;
    bits[3] = 0;
  }

  boolean has(int vector) {
    return (bits[vector >>> 6] >>> vector & 1) != 0;
  }

  void add(int vector) {
    bits[vector >>> 6] |= 1L << vector;
  }

  void remove(int vector) {
    bits[vector >>> 6] &= ~(1L << vector);
  }

  /** The highest vector in the set, or -1. */
  int highest() {
    for (int word = 3; word >= 0; word--) {
      if (bits[word] != 0) {
        return 64 * word + 63 - Long.numberOfLeadingZeros(bits[word]);
      }
    }
    return -1;
  }

  /** Vectors {@code 32 * index …} as a register of 32 bits; index 0–7. */
  int doubleword(int index) {
    return (int) (bits[index >>> 1] >>> ((index & 1) << 5));
  }
}
