package jvisor.cpu.interpreter;

import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/** Chooses, for the most frequent instruction forms, an op of their own. */
final class FastForms {
  private final boolean enabled;

  FastForms(boolean enabled) {
    this.enabled = enabled;
  }

  /** The fast op for {@code insn}, or null if its semantic is to run. */
  @Nullable Op of(int offset, Insn insn, Ground ground) {
    if (!enabled || !ground.isFlat()) {
      return null;
    }
    return switch (insn.mnemonic()) {
      case MOV, MOVZX, MOVSX, MOVSXD, LEA, CMOVCC, SETCC, NOP -> MoveOps.of(offset, insn, ground);
      case ADD, OR, ADC, SBB, AND, SUB, XOR, CMP, TEST -> AluOps.of(offset, insn, ground);
      case INC, DEC ->
          insn.a.isMemory() ? UnaryOps.of(offset, insn, ground) : AluOps.of(offset, insn, ground);
      case NEG, NOT, IMUL -> UnaryOps.of(offset, insn, ground);
      case SHL, SHR, SAR, ROL, ROR -> ShiftOps.of(offset, insn);
      case JCC, JMP, CALL, RET -> FlowOps.of(offset, insn, ground);
      case PUSH, POP, LEAVE -> StackOps.of(offset, insn, ground);
      case MOVAPS, MOVAPD, MOVDQA, MOVUPS, MOVUPD, MOVDQU, LDDQU ->
          VectorOps.of(offset, insn, ground);
      default -> null;
    };
  }
}
