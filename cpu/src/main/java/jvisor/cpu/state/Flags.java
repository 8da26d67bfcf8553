package jvisor.cpu.state;

import jvisor.host.HostMemory;

/**
 * The arithmetic flags, kept as two words so that setting them costs a few instructions and reading
 * one costs little more; all combinations can be represented, so there is no "kind of last
 * operation".
 *
 * <ul>
 *   <li>{@link VcpuState#FLAG_RESULT}: the result, sign-extended to 64 bits. ZF is whether it is
 *       zero, SF its sign, PF the parity of its low byte.
 *   <li>{@link VcpuState#FLAG_AUX}: bit 63 is CF, the carry out of the top bit; bit 62 the carry
 *       into the top bit, so that OF is bit 63 xor bit 62; bit 3 is AF. Bit 1 inverts SF and bits
 *       8–15 are xored to the low byte before PF is taken: zero after arithmetic, and the means by
 *       which POPF and their like set flags that no result has.
 * </ul>
 *
 * <p>Values are taken modulo their size: bits above {@code size} bytes are ignored.
 */
public final class Flags {
  private static final long CARRY = 1L << 63;
  private static final long CARRY_IN = 1L << 62;
  private static final long TOP = CARRY | CARRY_IN;
  private static final long ADJUST = 1L << 3;
  private static final long SIGN_FLIP = 1L << 1;
  private static final int PARITY_SHIFT = 8;

  private Flags() {}

  /** Sets all six flags for {@code result = a + b} (or with a carry in). */
  public static void add(VcpuState s, long a, long b, long result, int size) {
    int shift = 64 - 8 * size;
    long carries = (a & b) | ((a | b) & ~result);
    store(s, result << shift >> shift, (carries << shift & TOP) | (carries & ADJUST));
  }

  /** Sets all six flags for {@code result = a - b} (or with a borrow in). */
  public static void subtract(VcpuState s, long a, long b, long result, int size) {
    int shift = 64 - 8 * size;
    long borrows = (~a & b) | ((~a | b) & result);
    store(s, result << shift >> shift, (borrows << shift & TOP) | (borrows & ADJUST));
  }

  /** Sets SF, ZF, PF from {@code result}; clears CF, OF and AF. */
  public static void logic(VcpuState s, long result, int size) {
    int shift = 64 - 8 * size;
    store(s, result << shift >> shift, 0);
  }

  /** As {@link #add} with {@code b} = 1, but keeps CF. */
  public static void increment(VcpuState s, long result, int size) {
    int shift = 64 - 8 * size;
    long r = result << shift >> shift;
    long carries = (result - 1) & ~result;
    keepCarry(s, r, r == Long.MIN_VALUE >> shift, carries & ADJUST);
  }

  /** As {@link #subtract} with {@code b} = 1, but keeps CF. */
  public static void decrement(VcpuState s, long result, int size) {
    int shift = 64 - 8 * size;
    long r = result << shift >> shift;
    long borrows = ~(result + 1) & result;
    keepCarry(s, r, r == ~(Long.MIN_VALUE >> shift), borrows & ADJUST);
  }

  private static void keepCarry(VcpuState s, long result, boolean overflow, long adjust) {
    long carry = HostMemory.getLong(s.base + VcpuState.FLAG_AUX) & CARRY;
    long into = (carry >>> 1) ^ (overflow ? CARRY_IN : 0);
    store(s, result, carry | into | adjust);
  }

  /** Sets SF, ZF, PF from {@code result} and the three others as given. */
  public static void set(
      VcpuState s, long result, int size, boolean carry, boolean overflow, boolean adjust) {
    int shift = 64 - 8 * size;
    store(s, result << shift >> shift, top(carry, overflow) | (adjust ? ADJUST : 0));
  }

  /** Sets CF and keeps the others. */
  public static void setCarry(VcpuState s, boolean carry) {
    long aux = s.get(VcpuState.FLAG_AUX);
    boolean overflow = (aux ^ aux << 1) < 0;
    s.set(VcpuState.FLAG_AUX, (aux & ~TOP) | top(carry, overflow));
  }

  /** Sets CF and OF and keeps the others. */
  public static void setCarryOverflow(VcpuState s, boolean carry, boolean overflow) {
    long aux = s.get(VcpuState.FLAG_AUX);
    s.set(VcpuState.FLAG_AUX, (aux & ~TOP) | top(carry, overflow));
  }

  /** Sets ZF and keeps the others. */
  public static void setZero(VcpuState s, boolean zero) {
    long flags = arithmetic(s) & ~Rflags.ZF;
    setArithmetic(s, zero ? flags | Rflags.ZF : flags);
  }

  /** Sets all six from RFLAGS bits; other bits of {@code rflags} are ignored. */
  public static void setArithmetic(VcpuState s, long rflags) {
    boolean zero = (rflags & Rflags.ZF) != 0;
    boolean parity = (rflags & Rflags.PF) != 0;
    long aux = top((rflags & Rflags.CF) != 0, (rflags & Rflags.OF) != 0);
    if ((rflags & Rflags.AF) != 0) {
      aux |= ADJUST;
    }
    if ((rflags & Rflags.SF) != 0) {
      aux |= SIGN_FLIP;
    }
    if (parity != zero) {
      aux |= 1L << PARITY_SHIFT;
    }
    store(s, zero ? 0 : 1, aux);
  }

  /** The six flags as RFLAGS bits. */
  public static long arithmetic(VcpuState s) {
    return (carry(s) ? Rflags.CF : 0)
        | (parity(s) ? Rflags.PF : 0)
        | (adjust(s) ? Rflags.AF : 0)
        | (zero(s) ? Rflags.ZF : 0)
        | (sign(s) ? Rflags.SF : 0)
        | (overflow(s) ? Rflags.OF : 0);
  }

  /** All of RFLAGS. */
  public static long rflags(VcpuState s) {
    return arithmetic(s) | s.systemFlags() | Rflags.FIXED;
  }

  /** CF. */
  public static boolean carry(VcpuState s) {
    return HostMemory.getLong(s.base + VcpuState.FLAG_AUX) < 0;
  }

  /** OF. */
  public static boolean overflow(VcpuState s) {
    long aux = HostMemory.getLong(s.base + VcpuState.FLAG_AUX);
    return (aux ^ aux << 1) < 0;
  }

  /** AF. */
  public static boolean adjust(VcpuState s) {
    return (HostMemory.getLong(s.base + VcpuState.FLAG_AUX) & ADJUST) != 0;
  }

  /** ZF. */
  public static boolean zero(VcpuState s) {
    return HostMemory.getLong(s.base + VcpuState.FLAG_RESULT) == 0;
  }

  /** SF. */
  public static boolean sign(VcpuState s) {
    long result = HostMemory.getLong(s.base + VcpuState.FLAG_RESULT);
    long aux = HostMemory.getLong(s.base + VcpuState.FLAG_AUX);
    return (result ^ aux << 62) < 0;
  }

  /** PF. */
  public static boolean parity(VcpuState s) {
    long result = HostMemory.getLong(s.base + VcpuState.FLAG_RESULT);
    long aux = HostMemory.getLong(s.base + VcpuState.FLAG_AUX);
    return (Long.bitCount((result ^ aux >> PARITY_SHIFT) & 0xff) & 1) == 0;
  }

  /**
   * Whether condition {@code code} (0–15, the low bits of Jcc's opcode; SDM vol. 2, B.1.4.7) holds.
   */
  public static boolean condition(VcpuState s, int code) {
    boolean positive =
        switch (code >> 1) {
          case 0 -> overflow(s);
          case 1 -> carry(s);
          case 2 -> zero(s);
          case 3 -> carry(s) || zero(s);
          case 4 -> sign(s);
          case 5 -> parity(s);
          case 6 -> sign(s) != overflow(s);
          default -> zero(s) || sign(s) != overflow(s);
        };
    return positive == ((code & 1) == 0);
  }

  private static long top(boolean carry, boolean overflow) {
    return (carry ? CARRY : 0) | (carry != overflow ? CARRY_IN : 0);
  }

  private static void store(VcpuState s, long result, long aux) {
    HostMemory.putLong(s.base + VcpuState.FLAG_RESULT, result);
    HostMemory.putLong(s.base + VcpuState.FLAG_AUX, aux);
  }
}
