package jvisor.cpu.translator;

import org.jspecify.annotations.Nullable;

/**
 * What a comparison has proved on one path.
 *
 * @param kind what
 * @param id the value or entry that it is about, 0 if none
 * @param from for those of probes what has to be added to the value for the first byte
 * @param to for those of probes the same for the last one
 * @param entry for those of probes through what: what has to be added to the value for the address
 *     that chose the TLB's entry, or {@link #through} a slot
 */
record Fact(Kind kind, int id, long from, long to, long entry) {
  static final Fact UNDISTURBED = new Fact(Kind.UNDISTURBED, 0, 0, 0);
  static final Fact LESS = new Fact(Kind.LESS, 0, 0, 0);
  static final Fact FEW_ROUNDS = new Fact(Kind.FEW_ROUNDS, 0, 0, 0);

  /** Of a translation of one block. */
  static final Fact IN_BUDGET = new Fact(Kind.IN_BUDGET, 0, 0, 0);

  static final Fact X87_USABLE = new Fact(Kind.X87_USABLE, 0, 0, 0);
  static final Fact ROOM = new Fact(Kind.ROOM, 0, 0, 0);
  static final Fact REMEMBERED = new Fact(Kind.REMEMBERED, 0, 0, 0);
  static final Fact CAME_BACK = new Fact(Kind.CAME_BACK, 0, 0, 0);
  static final Fact COUNTED_AGAIN = new Fact(Kind.COUNTED_AGAIN, 0, 0, 0);

  Fact(Kind kind, int id, long from, long to) {
    this(kind, id, from, to, from);
  }

  /** The bytes are in the page of a slot. */
  static Fact inSlot(int slot, int id, long from, long to) {
    Kind kind = Frames.isWritable(slot) ? Kind.ADMITTED_WRITE : Kind.ADMITTED_READ;
    return new Fact(kind, id, from, to, through(slot));
  }

  /** What stands for a slot where otherwise a sum of the TLB's entry is: no sum is as small. */
  static long through(int slot) {
    return Long.MIN_VALUE + slot;
  }

  /** Kinds of facts. */
  enum Kind {
    /** The bytes may be read through the entry of the first one. */
    ADMITTED_READ,
    /** They may be read and written. */
    ADMITTED_WRITE,
    /**
     * As many elements of {@code 1 << to} bytes as value {@code from} says may be read through the
     * entry of the first one, if they are no more than a page holds.
     */
    ELEMENTS_READ,
    /** They may be read and written. */
    ELEMENTS_WRITE,
    /** The value is no more than {@code from}. */
    FEW_ELEMENTS,
    /** The bytes, of which a probe has admitted one, are in one page. */
    SAME_PAGE,
    /** The entry of the target cache is that of the address compared with. */
    ADDRESS_MATCHES,
    /** The entry is of the running context; of that at offset {@code from} if that is not 0. */
    CONTEXT_MATCHES,
    /** The budget suffices for the block, or for {@code from} instructions of several blocks. */
    IN_BUDGET,
    /** The budget sufficed before {@code from} instructions were taken off it last. */
    OWED,
    /** What came before has been counted, and the budget has been asked again since. */
    COUNTED_AGAIN,
    /** The value is the extension of the lower half of register {@code from}, as that was. */
    WIDENED,
    /** RDX is below the value, a divisor of {@code from} bytes. */
    QUOTIENT_FITS,
    /** The value is neither 0 nor −1. */
    DIVISOR_USUAL,
    /** RDX is the sign of RAX, of both the low {@code from} bytes. */
    DIVIDEND_EXTENDED,
    /** Privilege level {@code from} runs. */
    LEVEL,
    /**
     * The budget suffices for no more rounds than those in which the byte at {@code to}, moved up
     * by {@code 1 << from} in each, stays in its page.
     */
    REACHES_UP,
    /** The same, moved down. */
    REACHES_DOWN,
    /** A number is less than the budget; nothing else is known of it. */
    LESS,
    /** The budget suffices for no more rounds than a page has bytes. */
    FEW_ROUNDS,
    /** So many rounds, {@code from}, have been taken off the budget since that was found of it. */
    LOWERED,
    /** The guest's x87 state is in the host's. */
    X87_USABLE,
    /** The host's stack has room for a return. */
    ROOM,
    /** The last of {@link Returns} is that of a call. */
    REMEMBERED,
    /** A call has just returned, from code that has asked budget and attention. */
    CAME_BACK,
    /** Nothing wanted attention. */
    UNDISTURBED
  }

  /** A fact about an entry of the target cache. */
  static Fact matches(Kind kind, int id) {
    return new Fact(kind, id, 0, 0);
  }

  /** The entry is of the context that the word of a level holds. */
  static Fact matchesContext(int id, int word) {
    return new Fact(Kind.CONTEXT_MATCHES, id, word, 0);
  }

  /** The budget suffices for so many instructions. */
  static Fact inBudget(long instructions) {
    return new Fact(Kind.IN_BUDGET, 0, instructions, 0);
  }

  /** This level runs. */
  static Fact level(int level) {
    return new Fact(Kind.LEVEL, 0, level, 0);
  }

  /** Whether it would not be true any more if RAX or RDX changed. */
  boolean isOfDividend() {
    return switch (kind) {
      case QUOTIENT_FITS, DIVIDEND_EXTENDED -> true;
      default -> false;
    };
  }

  /** What is true of the budget when it is no more than these rounds. */
  static Fact reaches(boolean up, Known rounds) {
    Kind kind = up ? Kind.REACHES_UP : Kind.REACHES_DOWN;
    return new Fact(kind, rounds.id(), rounds.shift(), rounds.add());
  }

  /** Whether it is about the rounds for which the budget suffices. */
  boolean isOfRounds() {
    return switch (kind) {
      case REACHES_UP, REACHES_DOWN, FEW_ROUNDS, LOWERED -> true;
      default -> false;
    };
  }

  /** Whether it is about how far a value may move in these rounds. */
  boolean isReach() {
    return kind == Kind.REACHES_UP || kind == Kind.REACHES_DOWN;
  }

  /** So many instructions have been taken off a budget that sufficed. */
  static Fact owed(long instructions) {
    return new Fact(Kind.OWED, 0, instructions, 0);
  }

  /** So many rounds are off the budget. */
  static Fact lowered(long rounds) {
    return new Fact(Kind.LOWERED, 0, rounds, 0);
  }

  /** Whether rounds that move by {@code by} bytes are some of those it is about. */
  boolean allows(long by, long rounds) {
    long most = rounds << from;
    return kind == Kind.REACHES_UP
        ? by >= 0 && by <= most
        : kind == Kind.REACHES_DOWN && by <= 0 && by >= -most;
  }

  /** Whether a probe has found it. */
  boolean isOfProbe() {
    return kind == Kind.ADMITTED_READ || kind == Kind.ADMITTED_WRITE || isOfElements();
  }

  /** Whether a probe has found it of several elements. */
  boolean isOfElements() {
    return kind == Kind.ELEMENTS_READ || kind == Kind.ELEMENTS_WRITE;
  }

  /** Whether it is about this value. */
  boolean dependsOn(int value) {
    return id == value || isOfElements() && from == value;
  }

  /** Whether it is about what a word of the struct holds the hva of. */
  boolean isOfWord() {
    return isOfProbe() && !isOfElements() && id < 0;
  }

  /** What both admit, of which this one {@link #isOfWord}; null if that is nothing. */
  @Nullable Fact and(Fact other) {
    boolean alike = other.isOfWord() && id == other.id && entry == other.entry;
    Kind both = kind == other.kind ? kind : Kind.ADMITTED_READ;
    long first = Math.max(from, other.from);
    long last = Math.min(to, other.to);
    return alike && first <= last ? new Fact(both, id, first, last, entry) : null;
  }

  /** What a probe has admitted if it has told {@code probe}, and this page has a byte of it. */
  @Nullable Fact joins(Fact probe) {
    boolean alike =
        probe.isOfProbe() && !probe.isOfElements() && id == probe.id && entry == probe.entry;
    boolean touches = probe.from <= to && from <= probe.to;
    return alike && touches
        ? new Fact(probe.kind, id, Math.min(from, probe.from), Math.max(to, probe.to), entry)
        : null;
  }

  /** Whether it admits an access to {@code size} bytes there. */
  boolean admits(Known frame, long displacement, int size, boolean write) {
    long first = frame.add() + displacement;
    boolean direction = kind == Kind.ADMITTED_WRITE || kind == Kind.ADMITTED_READ && !write;
    return direction
        && id == frame.id()
        && entry == frame.entry()
        && from <= first
        && first <= to
        && size - 1 <= to - first;
  }
}
