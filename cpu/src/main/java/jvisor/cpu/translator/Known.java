package jvisor.cpu.translator;

import java.util.Objects;

/**
 * What the {@link Verifier} knows of a register. Values of which nothing else is known get a number
 * when something is derived from them, so that a probe's parts are seen to belong together.
 *
 * @param kind what it is
 * @param id the value from which it is derived, or the entry that it is; 0 if that is none
 * @param add what has been added to that value
 * @param entry for {@link Kind#FRAME}: what had been added to the value that chose the entry
 * @param less for {@link Kind#STREAM}: the value taken away; for rounds what they are multiplied
 *     by; for last bytes the number of elements
 * @param shift for {@link Kind#STREAM}: how far left the value taken away was shifted; for
 *     distances how far right they have been; for last bytes how far left the elements' number is
 */
record Known(Kind kind, int id, long add, long entry, int less, int shift) {
  static final Known ANYTHING = of(Kind.ANYTHING);
  static final Known SLOT = of(Kind.SLOT);
  static final Known STATE = of(Kind.STATE);
  static final Known COUNTS = of(Kind.COUNTS);
  static final Known RETURNS = of(Kind.RETURNS);
  static final Known CALLING = of(Kind.CALLING);
  static final Known RETURNED = of(Kind.RETURNED);
  static final Known UNTOUCHED = of(Kind.UNTOUCHED);
  static final Known CONTEXT = of(Kind.CONTEXT);
  static final Known TARGET_INDEX = of(Kind.TARGET_INDEX);
  static final Known TARGET_OFFSET = of(Kind.TARGET_OFFSET);
  static final Known BUDGET = of(Kind.BUDGET);
  static final Known REST = of(Kind.REST);
  static final Known MASKED_CONTROL = of(Kind.MASKED_CONTROL);
  static final Known CHECKED_CODE = of(Kind.CHECKED_CODE);

  /** Kinds of values. */
  enum Kind {
    ANYTHING,
    /** The struct's address. */
    STATE,
    /** The budget less the number in {@code add}. */
    TAKEN,
    /** RSP where the last of {@link Returns} is. */
    RETURNS,
    /** RSP where the guest's address of another one is. */
    CALLING,
    /** RSP where only the guest's address of the last one is left. */
    RETURNED,
    /** The hva of {@link ExecutionCounts}. */
    COUNTS,
    /** A number, in {@code add}. */
    CONSTANT,
    /** A value and a number. */
    SUM,
    /** The former shifted as {@link jvisor.cpu.mmu.TlbLayout} says. */
    SHIFTED,
    /** The former as offset of a TLB entry. */
    INDEX,
    /** The hva of the former. */
    ENTRY,
    /** The lower half of RAX or RDX, whose number is in {@code add}. */
    LOW,
    /** The former as upper half. */
    HIGH,
    /** The lower halves of RDX and RAX, side by side. */
    PAIR,
    /** A sum's sign, in all bits. */
    SIGN,
    /** A sum's page. */
    PAGE,
    /** The former with the running generation. */
    TAG,
    /** A sum with the addend of the entry for {@code id + entry}. */
    FRAME,
    /** A sum without the bits between its page and its alignment, whose mask is in entry. */
    ALIGNED,
    /** What turns the sum's addresses into hvas. */
    ADDEND,
    /** The bits in which a frame's address and that with {@code less} instead differ. */
    DIFFERENCE,
    /** A slot of {@link Frames} whose tag is no page's, or that of its addend. */
    SLOT,
    /** A slot whose addend is that of the sum's page, and whose tag is not to be used. */
    SLOT_ADDEND,
    /** All bits of a sum, inverted. */
    INVERTED,
    /** A sum, negated. */
    NEGATED,
    /** How many bytes of a sum's page are below it, shifted right by {@code shift}. */
    BELOW,
    /** How many bytes of a sum's page are above it, shifted right by {@code shift}. */
    ABOVE,
    /** {@link #BELOW} times {@code less}. */
    ROUNDS_DOWN,
    /** {@link #ABOVE} times {@code less}. */
    ROUNDS_UP,
    /** A {@link #FRAME} without the value {@code less} shifted left by {@code shift}. */
    STREAM,
    /** The budget when it was stored. */
    BUDGET,
    /** The former without the budget now. */
    REST,
    /** A control word of the FPU that masks all exceptions, in the low two bytes. */
    MASKED_CONTROL,
    /** The number of an entry of the target cache. */
    TARGET_INDEX,
    /** The former as offset. */
    TARGET_OFFSET,
    /** The hva of an entry of the target cache. */
    TARGET_ENTRY,
    /** A word that has not been written. */
    UNTOUCHED,
    /** The word of a privilege level at offset {@code add} of the struct. */
    LEVEL_WORD,
    /**
     * The last byte of as many elements as value {@code less} says, of which a sum is the first.
     */
    LAST,
    /** The former's page. */
    LAST_PAGE,
    /** The former with the running generation. */
    LAST_TAG,
    /** The running context. */
    CONTEXT,
    /** The hva of code, from an entry of the target cache that matched. */
    CHECKED_CODE
  }

  private static Known of(Kind kind) {
    return new Known(kind, 0, 0, 0);
  }

  Known(Kind kind, int id, long add, long entry) {
    this(kind, id, add, entry, 0, 0);
  }

  static Known constant(int value) {
    return new Known(Kind.CONSTANT, 0, value & 0xffff_ffffL, 0);
  }

  static Known taken(long instructions) {
    return new Known(Kind.TAKEN, 0, instructions, 0);
  }

  static Known levelWord(int offset) {
    return new Known(Kind.LEVEL_WORD, 0, offset, 0);
  }

  static Known value(int id) {
    return new Known(Kind.SUM, id, 0, 0);
  }

  static Known targetEntry(int id) {
    return new Known(Kind.TARGET_ENTRY, id, 0, 0);
  }

  boolean is(Kind other) {
    return kind == other;
  }

  /** This as another kind. */
  Known as(Kind other) {
    return new Known(other, id, add, 0);
  }

  /** This and a number. */
  Known plus(long number) {
    return new Known(kind, id, add + number, entry, less, shift);
  }

  /** This distance shifted right. */
  Known shifted(int count) {
    return new Known(kind, id, add, entry, less, shift + count);
  }

  /** This distance times {@code number}. */
  Known times(long number) {
    boolean fits = number > 0 && number == (int) number;
    Kind rounds =
        !fits
            ? Kind.ANYTHING
            : kind == Kind.ABOVE
                ? Kind.ROUNDS_UP
                : kind == Kind.BELOW ? Kind.ROUNDS_DOWN : Kind.ANYTHING;
    return rounds == Kind.ANYTHING ? ANYTHING : new Known(rounds, id, add, 0, (int) number, shift);
  }

  /** This frame without the sum {@code moving}, which has been shifted left. */
  Known without(Known moving, int left) {
    return new Known(Kind.STREAM, id, add - (moving.add << left), entry, moving.id, left);
  }

  /** This stream with the sum {@code moving}, shifted left as what is taken away. */
  Known with(Known moving) {
    return new Known(Kind.FRAME, id, add + (moving.add << shift), entry);
  }

  /** The last byte of {@code count} elements from this sum on, each of {@code 1 << left} bytes. */
  Known lastOf(Known count, int left) {
    return new Known(Kind.LAST, id, add, 0, count.id, left);
  }

  /** Whether it is derived from this value, too. */
  boolean dependsOn(int value) {
    return id == value || less == value && takesTwo();
  }

  /** Whether {@code less} is a value. */
  boolean takesTwo() {
    return switch (kind) {
      case STREAM, LAST, LAST_PAGE, LAST_TAG -> true;
      default -> false;
    };
  }

  /** What becomes of this sum when all is cleared that {@code mask} does not keep. */
  Known aligned(long mask) {
    return new Known(Kind.ALIGNED, id, add, mask);
  }

  /** What becomes of this sum when the addend of its page is added, which a slot has told. */
  Known inFrameOf(int slot) {
    return new Known(Kind.FRAME, id, add, Fact.through(slot));
  }

  /** What becomes of this sum when the addend of {@code tlbEntry} is added. */
  Known inFrameOf(Known tlbEntry) {
    return new Known(Kind.FRAME, id, add, tlbEntry.add);
  }

  /** What both are. */
  Known or(Known other) {
    return Objects.equals(this, other) ? this : ANYTHING;
  }
}
