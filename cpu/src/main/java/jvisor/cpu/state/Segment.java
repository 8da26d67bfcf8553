package jvisor.cpu.state;

/**
 * Segment registers by number and the bits of their attributes. Attributes are the descriptor's
 * second doubleword masked with {@link #ATTRIBUTE_MASK} (SDM vol. 3, 3.4.5), so bit positions are
 * the manual's.
 */
public final class Segment {
  public static final int ES = 0;
  public static final int CS = 1;
  public static final int SS = 2;
  public static final int DS = 3;
  public static final int FS = 4;
  public static final int GS = 5;
  public static final int LDTR = 6;
  public static final int TR = 7;

  /** Type, S, DPL, P, AVL, L, D/B, G. */
  public static final int ATTRIBUTE_MASK = 0x00f0_ff00;

  public static final int ACCESSED = 1 << 8;

  /** Data: writable. Code: readable. */
  public static final int WRITABLE = 1 << 9;

  public static final int READABLE = 1 << 9;

  /** Data: expand down. Code: conforming. */
  public static final int EXPAND_DOWN = 1 << 10;

  public static final int CONFORMING = 1 << 10;
  public static final int CODE = 1 << 11;

  /** S: code or data, not a system descriptor. */
  public static final int NOT_SYSTEM = 1 << 12;

  public static final int DPL_SHIFT = 13;
  public static final int PRESENT = 1 << 15;
  public static final int LONG = 1 << 21;

  /** D/B. */
  public static final int BIG = 1 << 22;

  public static final int GRANULAR = 1 << 23;

  /**
   * Ours, outside the descriptor's bits: the register holds a null selector, so that every use in
   * protected mode faults.
   */
  public static final int UNUSABLE = 1;

  private Segment() {}
}
