package jvisor.isa;

/**
 * One operand of a decoded instruction.
 *
 * @param kind where it lives
 * @param index register number (with REX/VEX extension), or the byte-register number 0–3 of AH–BH's
 *     parent for {@link Kind#HIGH8}; 0 otherwise
 * @param size width in bytes (1, 2, 4, 6, 8, 10, 16, 32); 0 for memory without a width of its own
 *     (LEA, INVLPG, FXSAVE, FNSTENV), an element's for gathers; for immediates the bytes that
 *     encode them
 * @param value the immediate, sign- or zero-extended to 64 bits as the instruction defines; for
 *     {@link Kind#RELATIVE} the sign-extended displacement from the next instruction; for {@link
 *     Kind#FAR} the selector in bits 32–47 above the offset in bits 0–31
 */
public record Operand(Kind kind, int index, int size, long value) {
  /** The places an operand can live in. */
  public enum Kind {
    NONE,
    /** General-purpose register, its low {@code size} bytes. */
    GPR,
    /** AH, CH, DH or BH: bits 8–15 of GPR {@code index} (0–3). */
    HIGH8,
    /** The instruction's one memory operand; see {@link Insn}'s address fields. */
    MEM,
    IMMEDIATE,
    RELATIVE,
    FAR,
    SEGMENT,
    CONTROL,
    DEBUG,
    /** x87 stack register ST(index). */
    ST,
    MMX,
    /** XMM or YMM by size. */
    VECTOR
  }

  /** The absent operand. */
  public static final Operand NONE = new Operand(Kind.NONE, 0, 0, 0);

  /** Whether this is the memory operand. */
  public boolean isMemory() {
    return kind == Kind.MEM;
  }
}
