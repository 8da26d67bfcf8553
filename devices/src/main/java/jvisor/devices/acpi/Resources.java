package jvisor.devices.acpi;

import java.io.ByteArrayOutputStream;

/** Writes a resource template (ACPI 6.3, 6.4): what a device occupies, or a bridge passes on. */
final class Resources {
  private static final int MEMORY = 0;
  private static final int IO = 1;
  private static final int BUS = 2;

  /** A range whose ends are both fixed and positively decoded, passed on by a bridge. */
  private static final int PRODUCED = 0x0c;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Resources put(int size, long value) {
    for (int i = 0; i < size; i++) {
      out.write((int) (value >>> (8 * i)));
    }
    return this;
  }

  private void window(int tag, int size, int type, int flags, long first, long last) {
    put(1, tag).put(2, 3 + 5L * size).put(1, type).put(1, PRODUCED).put(1, flags);
    put(size, 0).put(size, first).put(size, last).put(size, 0).put(size, last - first + 1);
  }

  /** Bus numbers that a bridge passes on. */
  Resources buses(int first, int last) {
    window(0x88, 2, BUS, 0, first, last);
    return this;
  }

  /** I/O ports that a bridge passes on. */
  Resources portWindow(int first, int last) {
    window(0x88, 2, IO, 3, first, last);
    return this;
  }

  /** Addresses below 4 GiB that a bridge passes on, not cacheable. */
  Resources memoryWindow32(long first, long last) {
    window(0x87, 4, MEMORY, 1, first, last);
    return this;
  }

  /** Addresses that a bridge passes on, not cacheable. */
  Resources memoryWindow64(long first, long last) {
    window(0x8a, 8, MEMORY, 1, first, last);
    return this;
  }

  /** I/O ports of a device. */
  Resources ports(int base, int count) {
    return put(1, 0x47).put(1, 1).put(2, base).put(2, base).put(1, 1).put(1, count);
  }

  /** Addresses of a device below 4 GiB. */
  Resources memory(long base, long length) {
    return put(1, 0x86).put(2, 9).put(1, 1).put(4, base).put(4, length);
  }

  /** An edge-triggered ISA interrupt. */
  Resources irq(int number) {
    return put(1, 0x22).put(2, 1L << number);
  }

  /** Level-triggered, active-low, shared interrupts; the first number is at offset 5. */
  Resources levelInterrupts(int... numbers) {
    put(1, 0x89).put(2, 2 + 4L * numbers.length).put(1, 0x0d).put(1, numbers.length);
    for (int number : numbers) {
      put(4, number);
    }
    return this;
  }

  /** The template as an AML buffer. */
  byte[] template() {
    put(1, 0x79).put(1, 0);
    return Aml.buffer(out.toByteArray());
  }
}
