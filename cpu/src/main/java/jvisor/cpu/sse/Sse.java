package jvisor.cpu.sse;

import jvisor.cpu.vcpu.SemanticTable;

/** The chapters of this package. */
public final class Sse {
  private Sse() {}

  /** Binds every instruction of this package. */
  public static void bind(SemanticTable t) {
    VectorMoves.bind(t);
    PackedArithmetic.bind(t);
    PackedProducts.bind(t);
    PackedLogic.bind(t);
    PackedShuffle.bind(t);
    Elements.bind(t);
    FloatArithmetic.bind(t);
    FloatRounding.bind(t);
    FloatCompare.bind(t);
    FloatConvert.bind(t);
    StringCompare.bind(t);
    Aes.bind(t);
    CarrylessProduct.bind(t);
    Sha.bind(t);
  }
}
