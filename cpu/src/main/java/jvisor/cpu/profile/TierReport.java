package jvisor.cpu.profile;

import java.util.List;

/**
 * What a {@link ProfiledTier} has counted.
 *
 * @param translated blocks that have been translated
 * @param translatedInstructions the instructions of them
 * @param codeBytes bytes of code emitted for them
 * @param invalidated translations whose guest code has been written to
 * @param flushes how often all translations were forgotten, for want of room
 * @param entries how often emitted code was entered between two blocks
 * @param resumed how often it was entered again behind an instruction that had left
 * @param executed instructions of the blocks entered as emitted code, in all; 0 if not counted
 * @param exits why it was left
 * @param interpreted what was interpreted instead, by block
 * @param refused blocks that were not translated, each counted once
 * @param blocks the translated blocks in which most instructions ran, first those
 */
public record TierReport(
    long translated,
    long translatedInstructions,
    long codeBytes,
    long invalidated,
    long flushes,
    long entries,
    long resumed,
    long executed,
    List<Line> exits,
    List<Line> interpreted,
    List<Line> refused,
    List<Hot> blocks) {

  /**
   * A cause.
   *
   * @param times how often
   * @param instructions of the blocks concerned, in all
   */
  public record Line(Cause cause, long times, long instructions) {}

  /**
   * A block.
   *
   * @param la the linear address at which it was translated
   * @param size its instructions
   * @param executions how often it was entered, 0 if that was not counted
   * @param exits how often one of its instructions left
   * @param code the guest's code and the host's, as {@link TranslationText} has it
   */
  public record Hot(long gpa, long la, int size, long executions, long exits, List<String> code) {}
}
