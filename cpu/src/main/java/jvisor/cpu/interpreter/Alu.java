package jvisor.cpu.interpreter;

import jvisor.cpu.state.Flags;
import jvisor.cpu.state.VcpuState;
import jvisor.isa.Mnemonic;

/**
 * The two-operand arithmetic that the fast forms share. Operands may carry anything above their
 * size; results do as well, and whoever writes one cuts it.
 */
final class Alu {
  static final int NONE = -1;
  static final int ADD = 0;
  static final int OR = 1;
  static final int ADC = 2;
  static final int SBB = 3;
  static final int AND = 4;
  static final int SUB = 5;
  static final int XOR = 6;
  static final int CMP = 7;
  static final int TEST = 8;

  private Alu() {}

  /** The operation of a mnemonic, or {@link #NONE}. */
  static int of(Mnemonic mnemonic) {
    return switch (mnemonic) {
      case ADD -> ADD;
      case OR -> OR;
      case ADC -> ADC;
      case SBB -> SBB;
      case AND -> AND;
      case SUB -> SUB;
      case XOR -> XOR;
      case CMP -> CMP;
      case TEST -> TEST;
      default -> NONE;
    };
  }

  /** Whether the destination is written. */
  static boolean writes(int operation) {
    return operation < CMP;
  }

  /** Computes, sets the flags for {@code size} bytes and answers the result. */
  static long compute(int operation, VcpuState s, long a, long b, int size) {
    long r;
    switch (operation) {
      case ADD -> {
        r = a + b;
        Flags.add(s, a, b, r, size);
      }
      case SUB, CMP -> {
        r = a - b;
        Flags.subtract(s, a, b, r, size);
      }
      case AND, TEST -> {
        r = a & b;
        Flags.logic(s, r, size);
      }
      case XOR -> {
        r = a ^ b;
        Flags.logic(s, r, size);
      }
      case OR -> {
        r = a | b;
        Flags.logic(s, r, size);
      }
      case ADC -> {
        r = a + b + (Flags.carry(s) ? 1 : 0);
        Flags.add(s, a, b, r, size);
      }
      default -> {
        r = a - b - (Flags.carry(s) ? 1 : 0);
        Flags.subtract(s, a, b, r, size);
      }
    }
    return r;
  }
}
