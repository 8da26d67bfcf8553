package jvisor.cpu.interpreter;

import java.util.function.Function;
import jvisor.cpu.state.VcpuState;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;

/**
 * Runs hot blocks in a faster form than one op after the other, with the same results: it counts
 * the same instructions, looks at the attention word between the same instructions, and leaves to
 * the interpreter whatever it has no form for. One tier serves all processors of a machine. If they
 * run at the same time, whoever translates, extends or forgets holds the machine's lock.
 *
 * <p>It comes back with an <em>exit word</em>: {@link #BETWEEN_BLOCKS}, or the number of a
 * translated block and of the op in it that the interpreter is to execute – and those behind it up
 * to the block's end, if {@link #REST} is set. A number of an op that is the block's length means
 * that only the end of the block has been reached.
 */
public interface HotTier extends AutoCloseable {
  /** Between two blocks; {@code BLOCK_BASE} is the next one's address. */
  int BETWEEN_BLOCKS = -1;

  /** The interpreter is to execute the rest of the block. */
  int REST = 0x80;

  /** Mask of an op's number in an exit word. */
  int OP_MASK = 0x7f;

  /** Where a translation's number begins in an exit word. */
  int NUMBER_SHIFT = 8;

  /** Entries of a block before it is translated. */
  int threshold();

  /**
   * Translates a block; one of the system's kind only if it {@link #suits}.
   *
   * @param la where it is about to run
   * @return the translation's number, or {@link Block#UNFIT} if the interpreter is as good
   */
  int translate(Block block, Insn[] instructions, long la);

  /** Told of a hot block that cannot be translated, for its segments are not flat or the like. */
  default void unfit(Block block, Insn[] instructions) {}

  /**
   * Whether it does an instruction of 32-bit ({@code narrow}) or 64-bit code itself, unless
   * something is unusual; else the interpreter's op is executed each time.
   */
  boolean emits(Insn instruction, boolean narrow);

  /**
   * Whether a block of this one instruction, of the system's kind, is to be translated, either
   * because it is emitted or because emitted code goes on behind it.
   */
  boolean suits(Insn system, boolean narrow);

  /** Whether an instruction that {@link #suits} may change what blocks take for granted. */
  boolean unsettles(Insn system);

  /**
   * How often a translated block is met by a look, now and then, at which block runs, before it is
   * to be {@linkplain #extend extended}.
   */
  default int entriesToExtend() {
    return Integer.MAX_VALUE;
  }

  /**
   * A translated block is met again and again: it may be translated once more, together with
   * translated blocks that follow it.
   *
   * @param s a processor that is about to run it
   * @param decoder has the instructions of a valid block
   */
  default void extend(Block block, VcpuState s, Function<Block, Insn[]> decoder) {}

  /**
   * What translations access together is {@linkplain Runner#isOftenShut often} not to be accessed
   * so on this processor: one may be translated once more.
   */
  default void reopen(VcpuState s) {}

  /**
   * The block's bytes have changed: its translation is not entered again. No processor that may run
   * it does so meanwhile.
   */
  void forget(Block block);

  /** The block of the translation in an exit word that is not {@link #BETWEEN_BLOCKS}. */
  Block block(int exit);

  /** What runs translations on one processor. */
  Runner runner(Vcpu c);

  @Override
  void close();

  /** One processor's way into translations. */
  interface Runner {
    /**
     * What addresses mean, or what may be executed, has changed; see {@code JumpCache}.
     *
     * @param context that of the code that runs
     * @param user that of 64-bit user code in the same address space
     * @param supervisor that of 64-bit supervisor code in the same address space
     */
    void contextChanged(long context, long user, long supervisor);

    /** The context of the code that emitted code has run last. */
    long contextInForce();

    /**
     * Whether translations have changed the context since this was asked last, or since {@link
     * #contextChanged}.
     */
    boolean hasChangedContext();

    /** Whether an interrupt waits until the guest enables them, or NMIs until an IRET. */
    void interruptsWait(boolean wait);

    /** Sets how many instructions may run. */
    void setBudget(long instructions);

    /** How many are left; those of a block are taken off when it is entered. */
    long budget();

    /** Enters a translated block, whose address is in {@code BLOCK_BASE}; answers the exit word. */
    int start(Block block);

    /** A translated block, whose address is in {@code BLOCK_BASE}, may be reached from others. */
    void passes(Block block);

    /** Whether emitted code can be entered again behind the op that this exit word names. */
    boolean resumesBehind(int exit);

    /**
     * Whether, since this was asked last, much of what translations access together was not to be
     * accessed so. That costs time and nothing else.
     */
    default boolean isOftenShut() {
      return false;
    }

    /** The interpreter is about to run a block. */
    default void interpreted(Block block) {}

    /** Enters emitted code behind the op that this exit word names. */
    int resume(int exit);
  }
}
