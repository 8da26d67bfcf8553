package jvisor.cpu.state;

/**
 * An exception of the guest on its way from the instruction that caused it to its delivery. Each
 * processor has exactly one, without a stack trace, so that throwing it allocates nothing.
 */
public final class GuestFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** {@link #errorCode} of vectors that push none. */
  public static final int NO_ERROR_CODE = -1;

  private int vector;
  private int errorCode;
  private long address;

  /** Creates the one fault of a processor. */
  public GuestFault() {
    super(null, null, false, false);
  }

  /** Fills in a fault without an address and answers this, to be thrown. */
  public GuestFault of(int vector, int errorCode) {
    this.vector = vector;
    this.errorCode = errorCode;
    return this;
  }

  /**
   * Fills in a page fault (gva {@code address}, SDM vol. 3, 4.7) and answers this, to be thrown.
   */
  public GuestFault page(int errorCode, long address) {
    this.vector = Vector.PF;
    this.errorCode = errorCode;
    this.address = address;
    return this;
  }

  /** The exception's vector, 0–31. */
  public int vector() {
    return vector;
  }

  /** The error code to push or {@link #NO_ERROR_CODE}. */
  public int errorCode() {
    return errorCode;
  }

  /** The linear address that a page fault reports in CR2. */
  public long address() {
    return address;
  }
}
