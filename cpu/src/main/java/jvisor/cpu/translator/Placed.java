package jvisor.cpu.translator;

import jvisor.cpu.interpreter.Block;
import org.jspecify.annotations.Nullable;

/** A translation of a block in the code memory. */
final class Placed {
  /** Of a translation that is not entered behind any op. */
  static final int[] NOWHERE = {};

  /** What has been translated. */
  final Block block;

  /** Where the code begins in the code memory. */
  final long offset;

  /** The blocks that it is one translation with, if it is the first of several. */
  @Nullable Extension extension;

  private int[] resumes;

  /**
   * @param resumes for each instruction the distance of the code at which to go on behind it, 0 if
   *     nowhere, or {@link #NOWHERE}; kept
   */
  Placed(Block block, long offset, int[] resumes) {
    this.block = block;
    this.offset = offset;
    this.resumes = resumes;
  }

  /** Whether it can be entered behind an op. */
  boolean resumesBehind(int op) {
    return op < resumes.length && resumes[op] != 0;
  }

  /** Offset in the code memory at which it goes on behind an op. */
  long behind(int op) {
    return offset + resumes[op];
  }

  /** It is not entered behind an op again. */
  void endsBehindOps() {
    resumes = NOWHERE;
  }
}
