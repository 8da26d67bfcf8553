package jvisor.cpu.avx;

import jvisor.cpu.sse.VectorAccess;
import jvisor.cpu.sse.VectorConditions;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/** The chapters of this package. */
public final class Avx {
  private Avx() {}

  /** Binds every instruction of this package. */
  public static void bind(SemanticTable t) {
    t.bind(Mnemonic.VZEROUPPER, Avx::vzeroupper);
    t.bind(Mnemonic.VZEROALL, Avx::vzeroall);
    LaneMoves.bind(t);
    Permutations.bind(t);
    VariableShifts.bind(t);
    MaskedMoves.bind(t);
    Gathers.bind(t);
    HalfPrecision.bind(t);
    FusedMultiplyAdd.bind(t);
  }

  /** VZEROUPPER: zeroes the upper halves of all YMM registers that the mode has. */
  static void vzeroupper(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    for (int n = 0; n < registers(c); n++) {
      VectorAccess.clearUpper(VectorAccess.xmm(c, n));
    }
  }

  /** VZEROALL: zeroes all YMM registers that the mode has. */
  static void vzeroall(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    for (int n = 0; n < registers(c); n++) {
      VectorAccess.setXmm(c, n, 0, 0);
      VectorAccess.clearUpper(VectorAccess.xmm(c, n));
    }
  }

  private static int registers(Vcpu c) {
    return c.is64Bit() ? 16 : 8;
  }
}
