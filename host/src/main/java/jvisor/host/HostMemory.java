package jvisor.host;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Little-endian loads and stores at host virtual addresses, any alignment. The address must lie in
 * a live mapping: nothing is checked here, as these are the innermost accesses of every engine.
 */
public final class HostMemory {
  /** The whole address space; being a constant, its bounds check folds to a sign test. */
  @SuppressWarnings("restricted")
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final VarHandle INT = JAVA_INT.varHandle();
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private HostMemory() {}

  /** Loads one byte, zero-extended (0–255). */
  public static int getByte(long hva) {
    return ALL.get(JAVA_BYTE, hva) & 0xff;
  }

  /** Loads two bytes, zero-extended. */
  public static int getShort(long hva) {
    return ALL.get(JAVA_SHORT_UNALIGNED, hva) & 0xffff;
  }

  /** Loads four bytes. */
  public static int getInt(long hva) {
    return ALL.get(JAVA_INT_UNALIGNED, hva);
  }

  /** Loads eight bytes. */
  public static long getLong(long hva) {
    return ALL.get(JAVA_LONG_UNALIGNED, hva);
  }

  /** Stores the low byte of {@code value}. */
  public static void putByte(long hva, int value) {
    ALL.set(JAVA_BYTE, hva, (byte) value);
  }

  /** Stores the low two bytes of {@code value}. */
  public static void putShort(long hva, int value) {
    ALL.set(JAVA_SHORT_UNALIGNED, hva, (short) value);
  }

  /** Stores four bytes. */
  public static void putInt(long hva, int value) {
    ALL.set(JAVA_INT_UNALIGNED, hva, value);
  }

  /** Stores eight bytes. */
  public static void putLong(long hva, long value) {
    ALL.set(JAVA_LONG_UNALIGNED, hva, value);
  }

  /**
   * Replaces the value at {@code hva} by {@code value} if it is {@code expected}, of both of which
   * the low {@code size} (1, 2, 4 or 8) bytes count: one indivisible step for all threads, and a
   * full fence. All bytes lie in one naturally aligned group of eight.
   *
   * @return whether it was
   */
  public static boolean compareAndSet(long hva, int size, long expected, long value) {
    if (size == 8) {
      return LONG.compareAndSet(ALL, hva, expected, value);
    }
    if (size == 4 && (hva & 3) == 0) {
      return INT.compareAndSet(ALL, hva, (int) expected, (int) value);
    }
    long group = hva & -8;
    int shift = (int) (hva & 7) << 3;
    long mask = (1L << 8 * size) - 1;
    while (true) {
      long now = (long) LONG.getVolatile(ALL, group);
      if ((now >>> shift & mask) != (expected & mask)) {
        return false;
      }
      long next = now & ~(mask << shift) | (value & mask) << shift;
      if (LONG.compareAndSet(ALL, group, now, next)) {
        return true;
      }
    }
  }

  /**
   * Stores four bytes, which lie in one naturally aligned group of eight, by a single store of all
   * eight, behind all stores before it. Nobody else stores to the group meanwhile.
   */
  static void replace(long hva, int value) {
    long group = hva & -8;
    int shift = (int) (hva - group) << 3;
    if (shift > Integer.SIZE) {
      throw new IllegalArgumentException("four bytes in two groups: 0x%x".formatted(hva));
    }
    long others = (long) LONG.get(ALL, group) & ~(0xffff_ffffL << shift);
    LONG.setRelease(ALL, group, others | (value & 0xffff_ffffL) << shift);
  }

  /** Copies {@code length} bytes out to {@code target[offset…]}. */
  public static void copyOut(long hva, byte[] target, int offset, int length) {
    MemorySegment.copy(ALL, JAVA_BYTE, hva, target, offset, length);
  }

  /** Copies {@code length} bytes in from {@code source[offset…]}. */
  public static void copyIn(long hva, byte[] source, int offset, int length) {
    MemorySegment.copy(source, offset, ALL, JAVA_BYTE, hva, length);
  }

  /** Copies between two places; overlap behaves as memmove. */
  public static void copy(long toHva, long fromHva, long length) {
    MemorySegment.copy(ALL, fromHva, ALL, toHva, length);
  }

  /** Fills with one byte value. */
  public static void fill(long hva, long length, int value) {
    ALL.asSlice(hva, length).fill((byte) value);
  }

  /** The offset of the first byte that differs between two places, or -1 if none does. */
  public static long mismatch(long hva, long otherHva, long length) {
    return ALL.asSlice(hva, length).mismatch(ALL.asSlice(otherHva, length));
  }
}
