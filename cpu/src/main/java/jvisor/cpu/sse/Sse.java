package jvisor.cpu.sse;

import java.util.Arrays;
import java.util.Optional;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.isa.Mnemonic;

/** The chapters of this package. */
public final class Sse {
  private Sse() {}

  /** Binds every instruction of this package. */
  public static void bind(SemanticTable t) {
    SemanticTable legacy = new SemanticTable();
    bindLegacy(legacy);
    for (Mnemonic mnemonic : Mnemonic.values()) {
      if (legacy.isBound(mnemonic)) {
        t.bind(mnemonic, legacy.of(mnemonic));
        vexForm(mnemonic).ifPresent(vex -> t.bind(vex, legacy.of(mnemonic)));
      }
    }
  }

  /** The form with VEX, which the manual names by a V and which has the same semantic. */
  private static Optional<Mnemonic> vexForm(Mnemonic mnemonic) {
    String name = "V" + mnemonic.name().replace("_XMM", "");
    return Arrays.stream(Mnemonic.values()).filter(each -> each.name().equals(name)).findFirst();
  }

  private static void bindLegacy(SemanticTable t) {
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
