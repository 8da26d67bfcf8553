package jvisor.isa;

import java.util.List;

/**
 * One row of the opcode table. Flags are given as RFLAGS bits and are the arithmetic ones only (OF,
 * SF, ZF, AF, PF, CF).
 *
 * @param id position in the table, 0 for {@link #INVALID}
 * @param mnemonic the instruction
 * @param name the name in the manual, upper case; {@code cc} at its end stands for a condition
 * @param operands the operands in the manual's order
 * @param encoding the opcode
 * @param feature the CPUID feature that announces it
 * @param flow its effect on control flow
 * @param lockable whether LOCK is legal with a memory destination
 * @param privileged whether it raises #GP(0) when CPL is not 0; where privilege depends on IOPL,
 *     TSD, PCE, UMIP or the like this is false
 * @param aligned whether its memory operand of 16 or 32 bytes must lie on a boundary of as many,
 *     else #GP(0)
 * @param alias whether the processor knows it but manuals leave it out, or give another row for the
 *     same thing; assemblers do not choose it
 * @param harmless whether a translator to a processor that has the {@code feature} may emit it as
 *     it is: it touches nothing but general and vector registers, arithmetic flags, MXCSR's
 *     exception flags, the x87 state with the MMX registers and the memory operand that ModRM names
 *     (BT and its kin with a bit offset in a register reach beyond that one), faults for nothing
 *     but this operand and unmasked floating-point exceptions, and tells nothing about the host but
 *     what the manual leaves undefined, or approximate as RCPPS is. The faults that control
 *     registers ask for (#NM, #UD, #AC) are the translator's to raise
 * @param roles what it reads and writes
 * @param repeat whether REP (1) or REPE and REPNE (2) apply to it, else 0
 * @param flagsTested flags whose old value matters, those included that stay as they are on some
 *     path (a shift by CL = 0); for Jcc, SETcc and CMOVcc those of all conditions
 * @param flagsWritten flags with a defined result
 * @param flagsUndefined flags that the manual leaves undefined
 */
public record Row(
    int id,
    Mnemonic mnemonic,
    String name,
    List<OperandForm> operands,
    Encoding encoding,
    Feature feature,
    Flow flow,
    boolean lockable,
    boolean privileged,
    boolean aligned,
    boolean alias,
    boolean harmless,
    Roles roles,
    int repeat,
    int flagsTested,
    int flagsWritten,
    int flagsUndefined) {
  /** Bytes that are no instruction: executing them raises #UD. */
  public static final Row INVALID =
      new Row(
          0,
          Mnemonic.INVALID,
          "(bad)",
          List.of(),
          new Encoding("", 0, 0, 0, 0, false, false, 0, 0, Encoding.Sizing.NORMAL),
          Feature.BASE,
          Flow.SYSTEM,
          false,
          false,
          false,
          true,
          false,
          new Roles(0, 0, false, false, 0, 0),
          0,
          0,
          0,
          0);

  /** Whether the outcome depends on what operand {@code position}, from 0, held before. */
  public boolean reads(int position) {
    return (roles.reads() >> position & 1) == 1;
  }

  /** Whether operand {@code position}, from 0, may be written. */
  public boolean writes(int position) {
    return (roles.writes() >> position & 1) == 1;
  }

  /** The row in the manual's notation: {@code 0F AF /r: IMUL rv, r/mv}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(encoding.text()).append(": ").append(name);
    String separator = " ";
    for (OperandForm operand : operands) {
      text.append(separator).append(operand.text());
      separator = ", ";
    }
    return text.toString();
  }
}
