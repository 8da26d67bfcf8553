package jvisor.cpu.interpreter;

import jvisor.isa.CodeMode;
import jvisor.isa.Insn;
import org.jspecify.annotations.Nullable;

/** Chooses, for the most frequent instruction forms, an op of their own. */
final class FastForms {
  private final boolean enabled;

  FastForms(boolean enabled) {
    this.enabled = enabled;
  }

  /** The fast op for {@code insn}, or null if its semantic is to run. */
  @Nullable Op of(int offset, Insn insn, CodeMode mode) {
    if (!enabled || mode != CodeMode.BITS64) {
      return null;
    }
    return switch (insn.mnemonic()) {
      case MOV, MOVZX, MOVSX, MOVSXD, LEA, CMOVCC, SETCC, NOP -> MoveOps.of(offset, insn);
      case ADD, OR, ADC, SBB, AND, SUB, XOR, CMP, TEST -> AluOps.of(offset, insn);
      case INC, DEC -> insn.a.isMemory() ? UnaryOps.of(offset, insn) : AluOps.of(offset, insn);
      case NEG, NOT, IMUL -> UnaryOps.of(offset, insn);
      case SHL, SHR, SAR, ROL, ROR -> ShiftOps.of(offset, insn);
      case JCC, JMP, CALL, RET, PUSH, POP -> FlowOps.of(offset, insn);
      default -> null;
    };
  }
}
