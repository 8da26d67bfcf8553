package jvisor.cpu.interpreter;

import jvisor.cpu.vcpu.Vcpu;
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
  @Nullable Op of(int offset, Insn insn, CodeMode mode, Vcpu c) {
    return null;
  }
}
