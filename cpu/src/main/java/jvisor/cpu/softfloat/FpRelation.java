package jvisor.cpu.softfloat;

/** What a compare finds, and which relations satisfy the predicates of CMPPS and VCMPPS. */
public final class FpRelation {
  /** First operand greater. */
  public static final int GREATER = 0;

  /** First operand less. */
  public static final int LESS = 1;

  /** Equal; zeros of either sign are. */
  public static final int EQUAL = 2;

  /** At least one operand is a NaN. */
  public static final int UNORDERED = 3;

  /** Four bits for each of predicates 0 to 15, indexed by relation; 16 to 31 repeat them. */
  private static final long TRUTH = 0xF1530EAC79DB8624L;

  /** One bit for each of 32 predicates: QNaN operands are invalid. */
  private static final int SIGNALING = 0x99996666;

  private FpRelation() {}

  /**
   * Returns whether a relation satisfies a predicate.
   *
   * @param predicate immediate byte of VCMPPS, bits 4 to 0 (CMPPS uses 0 to 7)
   * @param relation what the compare found
   */
  public static boolean holds(int predicate, int relation) {
    return (TRUTH >>> ((predicate & 15) * 4 + relation) & 1) != 0;
  }

  /**
   * Returns whether a predicate raises IE for quiet NaNs too.
   *
   * @param predicate immediate byte of VCMPPS, bits 4 to 0 (CMPPS uses 0 to 7)
   */
  public static boolean signaling(int predicate) {
    return (SIGNALING >>> (predicate & 31) & 1) != 0;
  }
}
