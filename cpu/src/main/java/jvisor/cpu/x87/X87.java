package jvisor.cpu.x87;

import jvisor.cpu.vcpu.SemanticTable;

/** The chapter of x87 instructions. */
public final class X87 {
  private X87() {}

  /** Binds them all. */
  public static void bind(SemanticTable t) {
    DataTransfer.bind(t);
    Arithmetic.bind(t);
    Comparison.bind(t);
    Registers.bind(t);
    Functions.bind(t);
    ControlInstructions.bind(t);
    Environment.bind(t);
  }
}
