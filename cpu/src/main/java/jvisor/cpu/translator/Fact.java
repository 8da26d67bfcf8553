package jvisor.cpu.translator;

/**
 * What a comparison has proved on one path.
 *
 * @param kind what
 * @param id the value or entry that it is about, 0 if none
 * @param from for {@link Kind#ADMITTED}: what has to be added to the value for the first byte
 * @param to for {@link Kind#ADMITTED}: and for the last one
 */
record Fact(Kind kind, int id, long from, long to) {
  static final Fact IN_BUDGET = new Fact(Kind.IN_BUDGET, 0, 0, 0);
  static final Fact UNDISTURBED = new Fact(Kind.UNDISTURBED, 0, 0, 0);

  /** Kinds of facts. */
  enum Kind {
    /** The bytes may be read through the entry of the first one. */
    ADMITTED_READ,
    /** They may be read and written. */
    ADMITTED_WRITE,
    /** The entry of the target cache is that of the address compared with. */
    ADDRESS_MATCHES,
    /** The entry is of the running context. */
    CONTEXT_MATCHES,
    /** The budget suffices for the block. */
    IN_BUDGET,
    /** Nothing wanted attention. */
    UNDISTURBED
  }

  /** A fact about an entry of the target cache. */
  static Fact matches(Kind kind, int id) {
    return new Fact(kind, id, 0, 0);
  }

  /** Whether it admits an access to {@code size} bytes there. */
  boolean admits(Known frame, long displacement, int size, boolean write) {
    long first = frame.add() + displacement;
    boolean direction = kind == Kind.ADMITTED_WRITE || kind == Kind.ADMITTED_READ && !write;
    return direction
        && id == frame.id()
        && from == frame.entry()
        && from <= first
        && first <= to
        && size - 1 <= to - first;
  }
}
