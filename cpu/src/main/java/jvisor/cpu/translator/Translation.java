package jvisor.cpu.translator;

import java.util.Arrays;
import java.util.List;
import jvisor.cpu.interpreter.Block;
import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/** A block and what has been emitted for it. */
public final class Translation {
  private final int number;
  private final Block block;
  private final long la;
  private final List<Insn> instructions;
  private final long hva;
  private final byte[] code;
  private final int[] starts;
  private final Stubs stubs;

  /**
   * @param la where the block was to run
   * @param hva where the code runs
   * @param code the code; kept
   * @param starts for each instruction the offset of its code, then that of the ways out; kept
   */
  Translation(
      int number,
      Block block,
      long la,
      Insn[] instructions,
      long hva,
      byte[] code,
      int[] starts,
      Stubs stubs) {
    this.number = number;
    this.block = block;
    this.la = la;
    this.instructions = List.of(instructions);
    this.hva = hva;
    this.code = code;
    this.starts = starts;
    this.stubs = stubs;
  }

  /** Its number; numbers begin again with 0 when translations are flushed. */
  public int number() {
    return number;
  }

  /** What has been translated. */
  public Block block() {
    return block;
  }

  /** The linear address at which the block was to run; others may lead to the same code. */
  public long la() {
    return la;
  }

  /** The guest's instructions. */
  public List<Insn> instructions() {
    return instructions;
  }

  /** Where the code runs. */
  public long hva() {
    return hva;
  }

  /** The code, whose links lead to the way out. */
  public byte[] code() {
    return code.clone();
  }

  /** Bytes of code. */
  public int size() {
    return code.length;
  }

  /** The code of instruction {@code index}; the head for −1, what leaves for the count of them. */
  public byte[] code(int index) {
    int end = index < instructions.size() ? starts[index + 1] : code.length;
    return Arrays.copyOfRange(code, start(index), end);
  }

  /** The offset of the code of instruction {@code index}, or as {@link #code(int)} has it. */
  public int start(int index) {
    return index < 0 ? 0 : starts[index];
  }

  /** The name of the word of the struct that a host instruction reaches, or null. */
  public @Nullable String word(Insn host) {
    return host.hasMemory() && host.base == Registers.STATE && host.index == Insn.NO_REGISTER
        ? StateWords.name((int) host.displacement)
        : null;
  }

  /** The name of a routine that all translations share, or null if there is none at this hva. */
  public @Nullable String routine(long place) {
    if (place == stubs.leave()) {
      return "leave";
    }
    return place == stubs.loadVectors() ? "load vectors" : null;
  }
}
