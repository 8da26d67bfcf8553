package jvisor.isa;

/**
 * What an instruction reads and writes. Of what it may do on some path nothing is missing: CMPXCHG
 * writes its destination, CMOVcc and BSF read theirs, because it may stay.
 *
 * <p>Of a register only the bytes that the operand names are meant. A write of one or two bytes of
 * a general-purpose register keeps the others, one of four clears the upper half (BSF and BSR that
 * find nothing keep it all); a write of 16 bytes of a vector register keeps the others unless the
 * instruction is encoded with VEX, which clears them.
 *
 * <p>Registers that nothing in the encoding names, as those of PUSH and of MUL, are implicit, and
 * so are those that an operand of the row always is, AL, CL or XMM0. They are sets of bits: 0–15
 * the general-purpose registers, 16–31 the vector registers. One of which the instruction may keep
 * a part is read as well as written.
 *
 * <p>Flags, segment, control and debug registers and the x87 and MMX registers that no operand
 * names are not told, nor what a fault, interrupt or task switch does; memory is told for the
 * operand alone, not for stacks and strings. Base and index registers of the memory operand are
 * read besides.
 *
 * @param reads bit n: the outcome depends on operand n, as a register or in memory
 * @param writes bit n: operand n may be written
 * @param loads whether the memory operand is read if there is one
 * @param stores whether the memory operand may be written if there is one
 * @param implicitReads the implicit registers on which the outcome may depend
 * @param implicitWrites the implicit registers that may be written
 */
public record Roles(
    int reads, int writes, boolean loads, boolean stores, int implicitReads, int implicitWrites) {
  /** The bit of XMM0 or YMM0 in the sets of implicit registers. */
  public static final int VECTORS = 16;
}
