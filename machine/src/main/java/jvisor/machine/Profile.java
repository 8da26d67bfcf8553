package jvisor.machine;

import java.util.List;
import java.util.Optional;

/**
 * Where the time of a machine's run went.
 *
 * @param engine what ran the guest
 * @param seconds how long it ran, by the host's clock
 * @param time shares of that, found by looking once in a while
 * @param translator what the translator did, if it was the engine
 */
public record Profile(
    String engine, double seconds, List<Share> time, Optional<TranslatorProfile> translator) {

  /**
   * A share of the time.
   *
   * @param where who had it
   * @param samples how often the machine's thread was seen there
   * @param percent of all samples
   */
  public record Share(String where, long samples, double percent) {}

  /**
   * What the translator did.
   *
   * @param translatedBlocks blocks that were translated, again if need be
   * @param translatedInstructions the instructions of them
   * @param codeBytes bytes of code emitted for them
   * @param invalidated translations whose guest code was written to, or that were given up
   * @param flushes how often all translations were forgotten, for want of room
   * @param entries how often emitted code was entered between two blocks
   * @param resumed how often it was entered again behind an instruction that had left
   * @param executed instructions of the blocks entered as emitted code, in all; 0 if not counted
   * @param exits why it was left, most frequent first
   * @param interpreted executions of blocks by the interpreter, and why
   * @param untranslated blocks that were refused a translation, each counted once, and why
   * @param blocks the blocks in which most instructions ran as emitted code, those first
   */
  public record TranslatorProfile(
      long translatedBlocks,
      long translatedInstructions,
      long codeBytes,
      long invalidated,
      long flushes,
      long entries,
      long resumed,
      long executed,
      List<Cause> exits,
      List<Cause> interpreted,
      List<Cause> untranslated,
      List<Hot> blocks) {}

  /**
   * A cause and how often it was one.
   *
   * @param kind in words
   * @param detail an instruction, what was amiss, or empty
   * @param count how often
   * @param instructions of the blocks concerned, in all; 0 for exits
   */
  public record Cause(String kind, String detail, long count, long instructions) {}

  /**
   * A block.
   *
   * @param gpa where it lies
   * @param la the linear address at which it was translated
   * @param size its instructions
   * @param executions how often it was entered, 0 if that was not counted
   * @param exits how often one of its instructions left
   * @param code the guest's code and the host's, a line each
   */
  public record Hot(long gpa, long la, int size, long executions, long exits, List<String> code) {}
}
