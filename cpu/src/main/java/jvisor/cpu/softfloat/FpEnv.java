package jvisor.cpu.softfloat;

import jvisor.host.HostMath;
import org.jspecify.annotations.Nullable;

/**
 * The mutable context of floating point operations: how to round and what to mask (inputs), which
 * exceptions happened (accumulated), and the 80-bit result of x87 operations (output).
 *
 * <p>One instance serves one virtual processor; it holds nothing between instructions that is part
 * of the architectural state.
 */
public final class FpEnv {
  /** Invalid operation, bit 0 of MXCSR and of the x87 status word. */
  public static final int IE = 1;

  /** Denormal operand. */
  public static final int DE = 2;

  /** Division by zero. */
  public static final int ZE = 4;

  /** Overflow. */
  public static final int OE = 8;

  /** Underflow. */
  public static final int UE = 16;

  /** Precision: the result is inexact. */
  public static final int PE = 32;

  private static final int BEFORE = IE | DE | ZE;

  /** All six exceptions. */
  public static final int ALL = 63;

  /** Rounding control 00B: to nearest, ties to even. */
  public static final int NEAREST = 0;

  /** Rounding control 01B: toward minus infinity. */
  public static final int DOWN = 1;

  /** Rounding control 10B: toward plus infinity. */
  public static final int UP = 2;

  /** Rounding control 11B: toward zero. */
  public static final int TRUNCATE = 3;

  int rounding;
  int masks = ALL;
  boolean daz;
  boolean ftz;
  int flags;

  /** Flags that were set before this instruction; nobody can see them being raised again. */
  int sticky;

  /** Whether host arithmetic rounds as asked and only the precision flag needs thought. */
  boolean fast = true;

  /** Significand bits that x87 precision control keeps: 24, 53 or 64. */
  int precision = 64;

  boolean roundedUp;

  /**
   * Whether the coming 80-bit operation reads a memory operand that was denormal before widening.
   */
  boolean denormalSource;

  long significand;
  int signExponent;

  // An unrounded number in flight: (-1)^sign * (hi:lo / 2^127) * 2^exp. See Exact and Rounding.
  int sign;
  int exp;
  long hi;
  long lo;

  private @Nullable HostMath host;

  /** Creates an environment that rounds to nearest with everything masked. */
  public FpEnv() {}

  /**
   * Prepares an SSE or AVX instruction: takes rounding, masks, DAZ and FTZ, and clears {@link
   * #flags()}.
   *
   * @param mxcsr the register, status flags included
   */
  public void loadMxcsr(int mxcsr) {
    rounding = mxcsr >>> 13 & 3;
    masks = mxcsr >>> 7 & ALL;
    sticky = mxcsr & ALL;
    daz = (mxcsr & 0x40) != 0;
    ftz = (mxcsr & 0x8000) != 0;
    flags = 0;
    fast = (mxcsr & 0x7000) == 0x1000;
  }

  /**
   * Prepares an x87 instruction: takes rounding, precision and masks from the control word and
   * clears {@link #flags()} and {@link #roundedUp()}. The reserved precision 01B counts as 64 bits.
   *
   * @param controlWord the x87 control word, 16 bits
   */
  public void loadControlWord(int controlWord) {
    rounding = controlWord >>> 10 & 3;
    masks = controlWord & ALL;
    precision =
        switch (controlWord >>> 8 & 3) {
          case 0 -> 24;
          case 2 -> 53;
          default -> 64;
        };
    sticky = 0;
    daz = false;
    ftz = false;
    flags = 0;
    fast = false;
    roundedUp = false;
    denormalSource = false;
  }

  /** Returns the rounding in force: {@link #NEAREST}, {@link #DOWN} and so on. */
  public int rounding() {
    return rounding;
  }

  /**
   * Replaces the rounding of the coming operations until the next load, as an immediate byte or an
   * EVEX prefix does.
   *
   * @param mode one of {@link #NEAREST}, {@link #DOWN}, {@link #UP}, {@link #TRUNCATE}
   */
  public void overrideRounding(int mode) {
    rounding = mode & 3;
    fast = fast && rounding == NEAREST;
  }

  /**
   * Returns the exceptions raised since the last load, as status flag bits 0 to 5. An unmasked
   * exception that is found before computing (IE, DE, ZE), in whichever element, hides those that
   * computing would have found.
   */
  public int flags() {
    return (flags & ~masks & BEFORE) != 0 ? flags & BEFORE : flags;
  }

  /** Puts a number in the place of 80-bit results, for callers that pass one on. */
  public void give(long significand, int signExponent) {
    result(signExponent, significand);
  }

  /** Where the host's functions leave their results, for {@link HostFunctions}. */
  public HostMath host() {
    HostMath math = host;
    if (math == null) {
      math = new HostMath();
      host = math;
    }
    return math;
  }

  /** Adds exceptions that the caller found, such as IE for the x87 stack. */
  public void raise(int exceptions) {
    flags |= exceptions;
  }

  /** Takes back flags, as instructions do that suppress the precision exception. */
  public void forget(int exceptions) {
    flags &= ~exceptions;
  }

  /** Returns whether an exception happened that is not masked. */
  public boolean unmasked() {
    return (flags & ~masks) != 0;
  }

  /** Returns the unmasked exceptions that happened. */
  public int unmaskedFlags() {
    return flags() & ~masks;
  }

  /**
   * Returns whether an unmasked exception keeps the result of an x87 operation from being written.
   */
  public boolean suppressed() {
    return (flags & ~masks & BEFORE) != 0;
  }

  /** Returns whether the last rounding increased the magnitude: C1 of x87 after PE. */
  public boolean roundedUp() {
    return roundedUp;
  }

  /** Returns the 64-bit significand, with its explicit integer bit, of the last 80-bit result. */
  public long significand() {
    return significand;
  }

  /** Returns sign (bit 15) and biased exponent (bits 14 to 0) of the last 80-bit result. */
  public int signExponent() {
    return signExponent;
  }

  /** Returns whether nobody can see PE being raised again. */
  boolean precisionKnown() {
    return ((flags | sticky) & PE) != 0;
  }

  void result(int signExponent, long significand) {
    this.signExponent = signExponent;
    this.significand = significand;
  }
}
