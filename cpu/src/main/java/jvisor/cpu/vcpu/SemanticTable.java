package jvisor.cpu.vcpu;

import java.util.Arrays;
import jvisor.isa.Mnemonic;

/** Mnemonics and the semantics bound to them. An unbound one raises #UD. */
public final class SemanticTable {
  private static final Semantic UNDEFINED =
      (c, i) -> {
        throw c.ud();
      };

  private final Semantic[] byMnemonic = new Semantic[Mnemonic.values().length];

  /** Creates a table without any binding. */
  public SemanticTable() {
    Arrays.fill(byMnemonic, UNDEFINED);
  }

  /**
   * Binds a semantic.
   *
   * @throws IllegalStateException if the mnemonic has one already
   */
  public SemanticTable bind(Mnemonic mnemonic, Semantic semantic) {
    if (byMnemonic[mnemonic.ordinal()] != UNDEFINED) {
      throw new IllegalStateException(mnemonic + " is bound twice");
    }
    byMnemonic[mnemonic.ordinal()] = semantic;
    return this;
  }

  /** The semantic of a mnemonic; one that raises #UD if none is bound. */
  public Semantic of(Mnemonic mnemonic) {
    return byMnemonic[mnemonic.ordinal()];
  }

  /** Whether a semantic is bound. */
  public boolean isBound(Mnemonic mnemonic) {
    return byMnemonic[mnemonic.ordinal()] != UNDEFINED;
  }
}
