package jvisor.cpu.interpreter;

import org.jspecify.annotations.Nullable;

/** A straight run of decoded instructions of one page. */
public final class Block {
  /** {@link #translation()} of a block that nobody has tried to translate. */
  public static final int NEW = -1;

  /** {@link #translation()} of a block that is not to be translated. */
  public static final int UNFIT = -2;

  /** {@link #secondGpa} of blocks that stay in one page. */
  static final long ONE_PAGE = -1;

  /** The instructions; they change once, by {@link #invalidate}. */
  final Op[] ops;

  /** gpa of the first byte. */
  final long gpa;

  /** Bytes. */
  final int length;

  /** What its ops take for granted. */
  final Ground ground;

  /** Whether the last op writes RIP; else execution goes on behind the block. */
  final boolean branches;

  /** Whether its only op is one that may change what blocks take for granted. */
  final boolean system;

  /** Page-aligned gpa of the second page of an instruction that straddles two. */
  final long secondGpa;

  /** The next block in the same bucket of its page. */
  @Nullable Block sibling;

  /**
   * Whether its instruction may change what blocks take for granted, though usually it does not.
   */
  boolean unsettles;

  /** How often it has been entered, up to the threshold of the {@link HotTier}. */
  int heat;

  /** Number in the {@link HotTier}, {@link #NEW} or {@link #UNFIT}. */
  volatile int translation = NEW;

  /** How often the translation has been met, up to {@link HotTier#entriesToExtend}. */
  int entries;

  private boolean valid = true;
  private @Nullable HotTier tier;

  /**
   * The two successors met last, the later one first: where from, in which context, and the block.
   */
  private long firstAddress;

  private long firstContext;
  private @Nullable Block first;
  private long secondAddress;
  private long secondContext;
  private @Nullable Block second;

  Block(
      Op[] ops,
      long gpa,
      int length,
      Ground ground,
      boolean branches,
      boolean system,
      long secondGpa) {
    this.ops = ops;
    this.gpa = gpa;
    this.length = length;
    this.ground = ground;
    this.branches = branches;
    this.system = system;
    this.secondGpa = secondGpa;
  }

  /** Whether the bytes are still those that were decoded. */
  boolean isValid() {
    return valid;
  }

  /**
   * The bytes have changed: this block is not entered again, and if it runs, it ends at the next
   * op.
   */
  void invalidate() {
    if (tier != null && translation >= 0) {
      tier.forget(this);
      translation = UNFIT;
    }
    valid = false;
    first = null;
    second = null;
    for (int i = 0; i < ops.length; i++) {
      ops[i] = new LeaveOp(ops[i].offset);
    }
  }

  /**
   * The valid block that followed this one at {@code la} in {@code context}, if it is remembered.
   */
  @Nullable Block successor(long la, long context) {
    Block found =
        firstAddress == la && firstContext == context
            ? first
            : secondAddress == la && secondContext == context ? second : null;
    return found != null && found.valid ? found : null;
  }

  /** Remembers a successor. */
  void follow(long la, long context, Block successor) {
    secondAddress = firstAddress;
    secondContext = firstContext;
    second = first;
    firstAddress = la;
    firstContext = context;
    first = successor;
  }

  /** Its translation is another one of the same {@link HotTier}. */
  public void retranslated(int number) {
    translation = number;
  }

  /** It is as if its translation had been met so often. */
  public void hasBeenMet(int often) {
    entries = often;
  }

  /** The {@link HotTier} has tried to translate it, and that came of it. */
  void translated(HotTier by, int number) {
    tier = by;
    translation = number;
  }

  /** Its translation is gone, though it was right; it may get another one. */
  public void untranslated() {
    if (translation >= 0) {
      translation = NEW;
      heat = 0;
      entries = 0;
    }
  }

  /** Number in the {@link HotTier}, {@link #NEW} or {@link #UNFIT}. */
  public int translation() {
    return translation;
  }

  /** gpa of the first byte. */
  public long gpa() {
    return gpa;
  }

  /** Whether it is 32-bit code; else, if translated, 64-bit. */
  public boolean isNarrow() {
    return ground == Ground.FLAT_32;
  }

  /** How many instructions. */
  public int size() {
    return ops.length;
  }

  /** Bytes. */
  public int length() {
    return length;
  }

  /** Whether its only instruction is one that may change what blocks take for granted. */
  public boolean isOfTheSystem() {
    return system;
  }

  /** Whether it is code of flat segments, whose addresses are linear ones. */
  public boolean isFlat() {
    return ground.isFlat();
  }

  /** Offset of the first byte in its page. */
  public int pageOffset() {
    return (int) (gpa & 0xfff);
  }

  /** Whether it goes on in another page. */
  public boolean straddles() {
    return secondGpa != ONE_PAGE;
  }

  /** How many bytes lie in the second page, 0 if there is none. */
  int straddled() {
    return Math.max(0, pageOffset() + length - 4096);
  }
}
